/** Walks over trees of parameters: plain objects and arrays whose leaves are tensors or lent weights. */
import * as tf from '@tensorflow/tfjs-core';

import type { LentWeight } from './weight.js';

/** Every tensor of the tree with its dotted path, in the order in which the tree is written. */
export function* leaves(tree: unknown, path = ''): Generator<[path: string, tensor: tf.Tensor]> {
  if (tree instanceof tf.Tensor) {
    yield [path, tree];
  } else if (typeof tree === 'object' && tree !== null && !isLentWeight(tree)) {
    for (const [key, child] of Object.entries(tree)) yield* leaves(child, path ? `${path}.${key}` : key);
  }
}

/** The same tree with every tensor replaced by `fn(tensor, path)`; lent weights stay. */
export function mapTree<T>(tree: T, fn: (tensor: tf.Tensor, path: string) => tf.Tensor, path = ''): T {
  if (tree instanceof tf.Tensor) return fn(tree, path) as T;
  if (typeof tree !== 'object' || tree === null || isLentWeight(tree)) return tree;
  const child = (key: string, value: unknown) => mapTree(value, fn, path ? `${path}.${key}` : key);
  if (Array.isArray(tree)) return tree.map((value, i) => child(String(i), value)) as T;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, child(key, value)])) as T;
}

/** Number of scalars in the tree. */
export function countParameters(tree: unknown): number {
  if (tree instanceof tf.Tensor) return tree.size;
  if (typeof tree !== 'object' || tree === null) return 0;
  if (isLentWeight(tree)) return tree.shape[0] * tree.shape[1];
  return Object.values(tree).reduce<number>((sum, child) => sum + countParameters(child), 0);
}

/** The one leaf that is no tensor and has a shape. */
function isLentWeight(tree: object): tree is LentWeight {
  return 'toTensor' in tree && 'shape' in tree;
}

/**
 * A tree whose parts are read at the same time: all have been asked for before this returns. When some fail, the
 * others are freed as soon as they are there, and the error is that of the first in the order of the tree.
 */
export async function readTree<T extends object>(
  parts: {
    readonly [Key in keyof T]: () => Promise<T[Key]>;
  },
): Promise<T> {
  const reading = Object.entries<() => Promise<unknown>>(parts).map(
    async ([key, read]) => [key, await read()] as const,
  );
  const settled = await Promise.allSettled(reading);
  const tree = Object.fromEntries(
    settled.flatMap((part) => (part.status === 'fulfilled' ? [part.value] : [])),
  );
  const failed = settled.find((part) => part.status === 'rejected');
  if (!failed) return tree as T; // each key with what its reader gave
  disposeTree(tree);
  throw failed.reason;
}

/** Frees every tensor of the tree, and whatever else in it can be disposed (lent blocks). */
export function disposeTree(tree: unknown): void {
  if (typeof tree !== 'object' || tree === null) return;
  if ('dispose' in tree && typeof tree.dispose === 'function') tree.dispose();
  else for (const child of Object.values(tree)) disposeTree(child);
}
