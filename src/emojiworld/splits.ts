/** Which data train and which only evaluate: fixed by hashes, so that no choice of seeds can mix them. */
import { hash32 } from './random.js';

export type Split = 'train' | 'validation' | 'test';

/** The split of a scene: 90 % train, 5 % validation, 5 % test. */
export function sceneSplit(seed: number): Split {
  const share = hash32(`scene:${seed}`) / 4294967296;
  return share < 0.9 ? 'train' : share < 0.95 ? 'validation' : 'test';
}

/** The first `count` scene seeds of a split, from `start` upwards. */
export function sceneSeeds(split: Split, count: number, start = 0): number[] {
  const seeds: number[] = [];
  for (let seed = start; seeds.length < count; seed++) if (sceneSplit(seed) === split) seeds.push(seed);
  return seeds;
}

/**
 * True for the tenth of the concepts that no scene of the train split shows: the novel objects of a
 * NoCaps-like evaluation. Pictures of single icons may show them.
 */
export function isNovelConcept(id: string): boolean {
  return hash32(`concept:${id}`) % 10 === 0;
}
