/**
 * Pictures of EmojiWorld and what is said of them: a single icon, augmented, or a scene. Everything random comes from
 * the generator that is handed in.
 */
import { type AugmentOptions, augment, moderate, strong } from '../emojiworld/augment.js';
import { sceneCaption } from '../emojiworld/captions.js';
import { composeScene } from '../emojiworld/compose.js';
import { type Concept, type Language, languages } from '../emojiworld/concepts.js';
import { sceneStyles } from '../emojiworld/icons.js';
import { createRandom, type Random } from '../emojiworld/random.js';
import { makeScene, type Scene } from '../emojiworld/scene.js';
import { sceneSplit } from '../emojiworld/splits.js';
import { conceptText } from '../emojiworld/texts.js';
import { toPixels } from '../image/normalize.js';
import type { TrainingConfig } from './config.js';
import type { TrainingData } from './training-data.js';

/** What a picture shows. */
export type Subject =
  | { readonly kind: 'icon'; readonly concept: Concept }
  | { readonly kind: 'scene'; readonly scene: Scene };

/** Scene seeds are drawn below this. */
const SCENE_SEEDS = 2 ** 31;

/** A random scene of the training split. */
export function trainingScene(actors: readonly Concept[], random: Random): Subject {
  let seed = random.int(SCENE_SEEDS);
  while (sceneSplit(seed) !== 'train') seed = random.int(SCENE_SEEDS);
  return { kind: 'scene', scene: makeScene(seed, { concepts: actors, styles: sceneStyles }) };
}

/**
 * What the pictures of all ranks show in a step: distinct concepts, evenly among them scenes in their share, so
 * that each part of a batch has both.
 *
 * @throws RangeError when there are fewer concepts than pairs in a batch.
 */
export function batchSubjects(
  config: TrainingConfig,
  { concepts, actors }: Pick<TrainingData, 'concepts' | 'actors'>,
  step: number,
): readonly Subject[] {
  const { batchSize, ranks, seed } = config;
  if (concepts.length < batchSize) {
    throw new RangeError(`expected at least ${batchSize} concepts, got ${concepts.length}`);
  }
  const random = createRandom(seed, `batch ${step}`);
  const size = batchSize / ranks;
  const scenes = scenesAt(config, step, size);
  return random
    .shuffle(concepts)
    .slice(0, batchSize)
    .map((concept, i): Subject => {
      const isScene = (i * scenes) % size < scenes;
      return isScene ? trainingScene(actors, random) : { kind: 'icon', concept };
    });
}

interface Look {
  readonly side: number; // in pixels
  readonly augmentation: AugmentOptions;
}

/** A picture of each subject, normalised: [size, side, side, 3]. */
export function pixelsOf(
  data: TrainingData,
  subjects: readonly Subject[],
  { side, augmentation }: Look,
  random: Random,
): Float32Array {
  const pixels = new Float32Array(subjects.length * side * side * 3);
  subjects.forEach((subject, i) => {
    const picture = pictureOf(data, subject, { side, augmentation }, random);
    pixels.set(toPixels({ width: side, height: side, data: picture }), i * side * side * 3);
  });
  return pixels;
}

/** RGB bytes, side x side. */
function pictureOf(
  data: TrainingData,
  subject: Subject,
  { side, augmentation }: Look,
  random: Random,
): Uint8Array {
  if (subject.kind === 'scene') return composeScene(subject.scene, data.iconOf, side, sceneStyles).rgb;
  const icon = random.pick(data.icons.get(subject.concept.id) ?? []);
  return augment(icon, side, random, augmentation);
}

/** The subject told in a language. */
export function textOf(
  subject: Subject,
  language: Language,
  random: Random,
  shares: { readonly keywords: number; readonly templates: number },
): string {
  if (subject.kind === 'scene') return sceneCaption(subject.scene, language, random);
  return conceptText(subject.concept, language, random, shares);
}

/** What an image is compared with: an icon's plain name, a scene's caption, for a share of them in another language. */
export function comparedText(config: TrainingConfig, subject: Subject, step: number, random: Random): string {
  const { sceneLanguageShare } = config;
  const language = subject.kind === 'scene' ? languageAt(config, step, random, sceneLanguageShare) : 'en';
  return textOf(subject, language, random, { keywords: 0, templates: 0 });
}

/** English names first; other languages and sentences come in when those stand. */
export const languagesCome = ({ languagesFrom, steps }: TrainingConfig, step: number): boolean =>
  step >= languagesFrom * steps;

/** English, or for a share of the texts one of the other languages. */
export function languageAt(
  config: TrainingConfig,
  step: number,
  random: Random,
  share = config.languageShare,
): Language {
  const other = languagesCome(config, step) && random.chance(share);
  return other ? random.pick(languages.slice(1)) : 'en';
}

/** Scenes among `size` pictures, at this step. */
function scenesAt({ scenesFrom, sceneShare, steps }: TrainingConfig, step: number, size: number): number {
  return step >= scenesFrom * steps ? Math.round(sceneShare * size) : 0;
}

/**
 * Moderate at first: strong changes from the first step leave the loss at ln(batch). They come in over
 * `styleRamp`.
 */
export function augmentationAt(
  { styleRamp, styleShare, smallShare, steps }: TrainingConfig,
  step: number,
): AugmentOptions {
  const risen = styleRamp === 0 ? 1 : Math.min(1, step / (styleRamp * steps));
  const base = styleShare > 0 && risen === 1 ? strong : moderate;
  return { ...base, style: styleShare * risen, small: smallShare * risen };
}
