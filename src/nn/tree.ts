/** Walks over trees of parameters: plain objects and arrays whose leaves are tensors. */
import * as tf from '@tensorflow/tfjs-core';

/** Every tensor of the tree with its dotted path, in the order in which the tree is written. */
export function* leaves(tree: unknown, path = ''): Generator<[path: string, tensor: tf.Tensor]> {
  if (tree instanceof tf.Tensor) {
    yield [path, tree];
  } else if (typeof tree === 'object' && tree !== null) {
    for (const [key, child] of Object.entries(tree)) yield* leaves(child, path ? `${path}.${key}` : key);
  }
}

/** The same tree with every tensor replaced by `fn(tensor, path)`. */
export function mapTree<T>(tree: T, fn: (tensor: tf.Tensor, path: string) => tf.Tensor, path = ''): T {
  if (tree instanceof tf.Tensor) return fn(tree, path) as T;
  if (typeof tree !== 'object' || tree === null) return tree;
  const child = (key: string, value: unknown) => mapTree(value, fn, path ? `${path}.${key}` : key);
  if (Array.isArray(tree)) return tree.map((value, i) => child(String(i), value)) as T;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, child(key, value)])) as T;
}

/** Number of scalars in the tree. */
export function countParameters(tree: unknown): number {
  let count = 0;
  for (const [, tensor] of leaves(tree)) count += tensor.size;
  return count;
}

/** A tree whose parts are read one after the other. When one fails, those before it are freed. */
export async function readTree<T extends object>(
  parts: {
    readonly [Key in keyof T]: () => Promise<T[Key]>;
  },
): Promise<T> {
  const tree: Record<string, unknown> = {};
  try {
    for (const [key, read] of Object.entries<() => Promise<unknown>>(parts)) tree[key] = await read();
    return tree as T; // each key with what its reader gave
  } catch (error) {
    disposeTree(tree);
    throw error;
  }
}

/** Frees every tensor of the tree, and whatever else in it can be disposed (lent blocks). */
export function disposeTree(tree: unknown): void {
  if (typeof tree !== 'object' || tree === null) return;
  if ('dispose' in tree && typeof tree.dispose === 'function') tree.dispose();
  else for (const child of Object.values(tree)) disposeTree(child);
}
