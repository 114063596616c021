/** EmojiWorld as training data: all its concepts, their icons in the training styles, and a tokenizer. */
import { sceneCaption } from '../emojiworld/captions.js';
import { type Concept, everydayConcepts, languages, loadConcepts } from '../emojiworld/concepts.js';
import { type Icon, loadIcons, trainingStyles } from '../emojiworld/icons.js';
import { createRandom } from '../emojiworld/random.js';
import { makeScene } from '../emojiworld/scene.js';
import { sceneSeeds } from '../emojiworld/splits.js';
import { captionPrompt, contrastivePrefix } from '../text/prompts.js';
import { trainBpe } from '../text/train-bpe.js';
import { writeModel } from '../text/write-model.js';
import type { DataFiles } from './training-data.js';

/** Side in pixels at which icons are drawn before they are augmented to the model's input size. */
const ICON_SIZE = 64;
/** English names count so often when the tokenizer is trained, everyday ones twice as often. */
const ENGLISH_WEIGHT = 3;
/** Scenes whose captions the tokenizer is trained on. */
const SCENES = 1000;

/** Loads icons (from `cacheFolder` when they are there) and trains the tokenizer: the same every time. */
export async function emojiWorldData(
  vocabSize: number,
  options: { readonly cacheFolder?: string; readonly signal?: AbortSignal } = {},
): Promise<DataFiles> {
  const concepts = await loadConcepts();
  const icons = await loadIcons(concepts, trainingStyles, ICON_SIZE, options);
  const tokenizerModel = writeModel(trainBpe(tokenizerTexts(concepts), { vocabSize }));
  return { concepts, icons: inSharedMemory(icons), tokenizerModel };
}

/** The names of all concepts in all languages, English ones more often, and captions of scenes. */
function* tokenizerTexts(concepts: readonly Concept[]): Generator<string> {
  const everyday = everydayConcepts(concepts);
  for (const { names } of concepts)
    for (const language of languages) yield contrastivePrefix + names[language];
  for (let i = 0; i < ENGLISH_WEIGHT; i++) {
    for (const { names } of [...concepts, ...everyday]) yield contrastivePrefix + names.en;
  }
  for (const seed of sceneSeeds('train', SCENES)) {
    const scene = makeScene(seed, { concepts: everyday, styles: trainingStyles });
    const random = createRandom(seed, 'tokenizer');
    for (const language of languages) yield `${captionPrompt} ${sceneCaption(scene, language, random)}`;
  }
}

/** All pixels in one block that threads share instead of copying. */
function inSharedMemory(icons: readonly Icon[]): Icon[] {
  const bytes = icons.reduce((sum, { rgba }) => sum + rgba.length, 0);
  const all = new Uint8Array(new SharedArrayBuffer(bytes));
  let at = 0;
  return icons.map((icon) => {
    const rgba = all.subarray(at, at + icon.rgba.length);
    rgba.set(icon.rgba);
    at += rgba.length;
    return { ...icon, rgba };
  });
}
