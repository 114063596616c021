/** Sources of weights that say what was read, or lack a tensor. */
import type { FloatSource } from '../../src/checkpoint/float-source.js';

/** The source, with the names of the tensors that were read, and how many rows of each (all: undefined). */
export function watched(
  source: FloatSource,
): FloatSource & { readonly reads: Map<string, number | undefined> } {
  const reads = new Map<string, number | undefined>();
  return {
    reads,
    shapeOf: source.shapeOf,
    read(name, shape, rows) {
      reads.set(name, rows && (reads.get(name) ?? 0) + rows.count);
      return source.read(name, shape, rows);
    },
  };
}

/** The source, without one of its tensors. */
export function without(source: FloatSource, missing: string): FloatSource {
  return {
    shapeOf: (name) => (name === missing ? undefined : source.shapeOf(name)),
    read: (name, ...rest) =>
      name === missing ? Promise.reject(new Error(`${name}: no such tensor`)) : source.read(name, ...rest),
  };
}
