/**
 * What stage 1 learns from: the everyday concepts of EmojiWorld, their icons in the training styles, and a
 * tokenizer.
 */
import { type Concept, everydayConcepts, languages, loadConcepts } from '../emojiworld/concepts.js';
import { type Icon, loadIcons, trainingStyles } from '../emojiworld/icons.js';
import { contrastivePrefix } from '../text/prompts.js';
import { parseModel } from '../text/sentencepiece-model.js';
import { tokenizerFromModel } from '../text/sentencepiece-tokenizer.js';
import { trainBpe } from '../text/train-bpe.js';
import { writeModel } from '../text/write-model.js';
import type { Stage1Data } from './stage-1-batch.js';

/** Side in pixels at which icons are drawn before they are augmented to the model's input size. */
const ICON_SIZE = 64;
/** Everyday names count so often when the tokenizer is trained, that most of them become a piece. */
const EVERYDAY_WEIGHT = 4;

export interface EmojiWorldData {
  readonly data: Stage1Data;
  /** The bytes of `tokenizer.model`. */
  readonly tokenizerModel: Uint8Array;
}

/** Loads icons (from `cacheFolder` when they are there) and trains the tokenizer: the same every time. */
export async function emojiWorldData(
  vocabSize: number,
  options: { readonly cacheFolder?: string; readonly signal?: AbortSignal } = {},
): Promise<EmojiWorldData> {
  const all = await loadConcepts();
  const concepts = everydayConcepts(all);
  const icons = await loadIcons(concepts, trainingStyles, ICON_SIZE, options);
  const tokenizerModel = writeModel(trainBpe(tokenizerTexts(all, concepts), { vocabSize }));
  const tokenizer = tokenizerFromModel(parseModel(tokenizerModel));
  return { data: { concepts, icons: byConcept(icons), tokenizer }, tokenizerModel };
}

/** The names of all 1,369 concepts in all languages, the everyday English names more often. */
function* tokenizerTexts(all: readonly Concept[], everyday: readonly Concept[]): Generator<string> {
  for (const concept of all) {
    for (const language of languages) yield contrastivePrefix + concept.names[language];
  }
  for (let i = 0; i < EVERYDAY_WEIGHT; i++)
    for (const { names } of everyday) yield contrastivePrefix + names.en;
}

function byConcept(icons: readonly Icon[]): Map<string, Icon[]> {
  const groups = new Map<string, Icon[]>();
  for (const icon of icons) groups.set(icon.concept, [...(groups.get(icon.concept) ?? []), icon]);
  return groups;
}
