/** Weights that a rule gives, as a checkpoint in bf16 would have them. */
import type { FloatSource } from '../../../src/checkpoint/float-source.js';
import { toBf16 } from './values.js';

/** `source` with its matrices stored as bf16. Its values must be exact in bf16. */
export function bf16Source(source: FloatSource): FloatSource {
  return {
    shapeOf: (name) => source.shapeOf(name),
    read: (name, shape, rows, signal) => source.read(name, shape, rows, signal),
    stored: (name, shape) => ({
      kind: 'BF16',
      async fill(bytes, signal) {
        bytes.set(new Uint8Array(toBf16(await source.read(name, shape, undefined, signal)).buffer));
      },
    }),
  };
}
