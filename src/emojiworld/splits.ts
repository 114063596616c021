/** Which data train and which only evaluate: fixed by hashes, so that no choice of seeds can mix them. */
import { hash32 } from './random.js';

export type Split = 'train' | 'validation' | 'test';

/** The split of a scene: 90 % train, 5 % validation, 5 % test. */
export const sceneSplit = (seed: number): Split => splitOf(`scene:${seed}`);

/** The split of a clip, in the same shares. */
export const clipSplit = (seed: number): Split => splitOf(`clip:${seed}`);

/** The first `count` scene seeds of a split, from `start` upwards. */
export const sceneSeeds = (split: Split, count: number, start = 0): number[] =>
  seedsOf(split, count, start, sceneSplit);

/** The first `count` clip seeds of a split, from `start` upwards. */
export const clipSeeds = (split: Split, count: number, start = 0): number[] =>
  seedsOf(split, count, start, clipSplit);

/**
 * True for the tenth of the concepts that no scene and no clip of the train split shows: the novel objects of
 * a NoCaps-like evaluation. Pictures of single icons may show them.
 */
export function isNovelConcept(id: string): boolean {
  return hash32(`concept:${id}`) % 10 === 0;
}

/** Those of the concepts that scenes and clips of a split may show. */
export function castOf<C extends { readonly id: string }>(
  split: Split,
  concepts: readonly C[],
): readonly C[] {
  return split === 'train' ? concepts.filter(({ id }) => !isNovelConcept(id)) : concepts;
}

function splitOf(key: string): Split {
  const share = hash32(key) / 4294967296;
  return share < 0.9 ? 'train' : share < 0.95 ? 'validation' : 'test';
}

function seedsOf(split: Split, count: number, start: number, of: (seed: number) => Split): number[] {
  const seeds: number[] = [];
  for (let seed = start; seeds.length < count; seed++) if (of(seed) === split) seeds.push(seed);
  return seeds;
}
