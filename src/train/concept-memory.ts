/** The memory of `memory-contrast.ts`: of each concept its pictures, averaged, and its plain name, as embeddings. */
import * as tf from '@tensorflow/tfjs-core';

import { ignoredLabel } from '../text/training-sample.js';
import type { ConceptEmbeddings } from './memory-contrast.js';
import type { Exchange, RankGroup } from './rank-group.js';
import type { Subject } from './training-pair.js';

/** Sizes of the arrays: images [M, E] and texts [M, E], all of unit length, and whether a concept was seen [M]. */
export const memorySizes = (M: number, E: number): Exchange['memory'] => [M * E, M * E, M];

/** A concept's image is its last one and, by this share, those before: several styles and grounds. */
const KEPT = 0.7;
const UNKNOWN = -1e9;

/** Where the three arrays of a memory are. */
export type Memory = Pick<RankGroup, 'memory'>;

function arraysOf({ memory }: Memory): [images: Float32Array, texts: Float32Array, seen: Float32Array] {
  const [images, texts, seen] = memory;
  if (!images || !texts || !seen)
    throw new RangeError('expected a memory of images, texts and what was seen');
  return [images, texts, seen];
}

/** The memory as constants. */
export function conceptEmbeddings(memory: Memory): ConceptEmbeddings {
  const [images, texts, seen] = arraysOf(memory);
  const E = images.length / seen.length;
  const known = (rows: Float32Array) => {
    const copy = rows.slice(); // tfjs takes no shared memory
    seen.forEach((yes, i) => {
      if (!yes) copy.fill(1, i * E, (i + 1) * E); // zeros have no direction: any vector, which is masked
    });
    return tf.tensor2d(copy, [seen.length, E]);
  };
  return {
    images: known(images),
    texts: known(texts),
    mask: tf.tensor1d(seen.map((yes) => (yes ? 0 : UNKNOWN))),
  };
}

/** The concept that each row shows, where it shows one alone and that is in the memory; else `ignoredLabel`. */
export function rememberedConcepts(
  memory: Memory,
  subjects: readonly Subject[],
  places: ReadonlyMap<string, number>,
): number[] {
  return knownOf(
    memory,
    subjects.map((subject) => placeOf(subject, places)),
  );
}

/** The concepts that are in the memory; `ignoredLabel` for the others. */
export function knownOf(memory: Memory, concepts: readonly (number | undefined)[]): number[] {
  const [, , seen] = arraysOf(memory);
  return concepts.map((place) => (place !== undefined && seen[place] ? place : ignoredLabel));
}

/** Keeps the embeddings of all rows that show one concept: [B, E] each. */
export function remember(
  memory: Memory,
  subjects: readonly Subject[],
  places: ReadonlyMap<string, number>,
  now: { readonly images: Float32Array; readonly texts: Float32Array },
): void {
  const [images, texts, seen] = arraysOf(memory);
  const E = now.images.length / subjects.length;
  const rowOf = (values: Float32Array, row: number) => values.subarray(row * E, (row + 1) * E);
  subjects.forEach((subject, row) => {
    const place = placeOf(subject, places);
    if (place === undefined) return;
    const image = unit(rowOf(now.images, row));
    const before = rowOf(images, place);
    before.set(unit(image.map((value, i) => KEPT * (before[i] ?? 0) + (1 - KEPT) * value)));
    rowOf(texts, place).set(unit(rowOf(now.texts, row)));
    seen[place] = 1;
  });
}

function placeOf(subject: Subject, places: ReadonlyMap<string, number>): number | undefined {
  return subject.kind === 'icon' ? places.get(subject.concept.id) : undefined;
}

function unit(values: Float32Array): Float32Array {
  const norm = Math.hypot(...values);
  return values.map((value) => value / norm);
}
