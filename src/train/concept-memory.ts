/** The memory of `memory-contrast.ts`: of each concept the last embedding of a picture, and of its plain name. */
import * as tf from '@tensorflow/tfjs-core';

import type { MemoryNegatives } from './memory-contrast.js';
import type { Exchange, RankGroup } from './rank-group.js';
import type { Subject } from './training-pair.js';

/** Sizes of the arrays: images [M, E], texts [M, E], and whether a concept was seen [M]. */
export const memorySizes = (M: number, E: number): Exchange['memory'] => [M * E, M * E, M];

const NEVER = -1e9;

/**
 * The memory as negatives of a batch. What a row shows is none of its negatives: its own concept, or the actors of
 * its scene.
 */
export function memoryNegatives(
  { memory: [images, texts, seen] }: Pick<RankGroup, 'memory'>,
  subjects: readonly Subject[],
  places: ReadonlyMap<string, number>,
): MemoryNegatives {
  if (!images || !texts || !seen)
    throw new RangeError('expected a memory of images, texts and what was seen');
  const M = seen.length;
  const E = images.length / M;
  const mask = new Float32Array(subjects.length * M);
  subjects.forEach((subject, row) => {
    for (let i = 0; i < M; i++) if (seen[i] === 0) mask[row * M + i] = NEVER;
    for (const id of shownBy(subject)) mask[row * M + (places.get(id) ?? 0)] = NEVER;
  });
  // Zeros have no direction: what was not seen is any vector, and masked.
  const known = (rows: Float32Array) => rows.map((value, i) => (seen[Math.floor(i / E)] === 0 ? 1 : value));
  return {
    images: tf.tensor2d(known(images), [M, E]),
    texts: tf.tensor2d(known(texts), [M, E]),
    mask: tf.tensor2d(mask, [subjects.length, M]),
  };
}

/** Keeps the embeddings of all rows that show one concept: [B, E] each. */
export function remember(
  { memory: [images, texts, seen] }: Pick<RankGroup, 'memory'>,
  subjects: readonly Subject[],
  places: ReadonlyMap<string, number>,
  now: { readonly images: Float32Array; readonly texts: Float32Array },
): void {
  const E = now.images.length / subjects.length;
  subjects.forEach((subject, row) => {
    const place = subject.kind === 'icon' ? places.get(subject.concept.id) : undefined;
    if (place === undefined) return;
    images?.set(now.images.subarray(row * E, (row + 1) * E), place * E);
    texts?.set(now.texts.subarray(row * E, (row + 1) * E), place * E);
    seen?.fill(1, place, place + 1);
  });
}

function shownBy(subject: Subject): readonly string[] {
  if (subject.kind === 'icon') return [subject.concept.id];
  return subject.scene.actors.map(({ concept }) => concept.id);
}
