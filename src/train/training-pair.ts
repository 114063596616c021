/**
 * Pictures of EmojiWorld and what is said of them: a single icon, augmented, or a scene. Everything random comes from
 * the generator that is handed in.
 */
import { type AugmentOptions, augment, moderate, strong } from '../emojiworld/augment.js';
import { sceneCaption } from '../emojiworld/captions.js';
import { composeScene } from '../emojiworld/compose.js';
import { type Concept, type Language, languages } from '../emojiworld/concepts.js';
import { sceneStyles } from '../emojiworld/icons.js';
import type { Random } from '../emojiworld/random.js';
import { makeScene, type Scene } from '../emojiworld/scene.js';
import { sceneSplit } from '../emojiworld/splits.js';
import { conceptText } from '../emojiworld/texts.js';
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

/** RGB bytes, side x side. */
export function pictureOf(
  data: TrainingData,
  subject: Subject,
  side: number,
  options: AugmentOptions,
  random: Random,
): Uint8Array {
  if (subject.kind === 'scene') return composeScene(subject.scene, data.iconOf, side, sceneStyles).rgb;
  return augment(random.pick(data.icons.get(subject.concept.id) ?? []), side, random, options);
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

/** English names first; other languages and sentences come in when those stand. */
export const languagesCome = ({ languagesFrom, steps }: TrainingConfig, step: number): boolean =>
  step >= languagesFrom * steps;

/** English, or for `languageShare` of the texts one of the other languages. */
export function languageAt(config: TrainingConfig, step: number, random: Random): Language {
  const other = languagesCome(config, step) && random.chance(config.languageShare);
  return other ? random.pick(languages.slice(1)) : 'en';
}

/** Scenes of a batch of `size`, at this step. */
export function scenesAt(
  { scenesFrom, sceneShare, steps }: TrainingConfig,
  step: number,
  size: number,
): number {
  return step >= scenesFrom * steps ? Math.round(sceneShare * size) : 0;
}

/**
 * Moderate at first: strong changes from the first step leave the loss at ln(batch). They come in over
 * `styleRamp`.
 */
export function augmentationAt(
  { styleRamp, styleShare, steps }: TrainingConfig,
  step: number,
): AugmentOptions {
  const risen = Math.min(1, step / Math.max(1, styleRamp * steps));
  const base = styleShare > 0 && (risen === 1 || styleRamp === 0) ? strong : moderate;
  return { ...base, style: styleShare * (styleRamp === 0 ? 1 : risen) };
}
