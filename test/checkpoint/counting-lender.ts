/** A lender without kernels: weights lie in shared memory, and it is known which of them were not given back. */
import * as tf from '@tensorflow/tfjs-core';

import type { LentWeight, WeightKind, WeightLender } from '../../src/nn/weight.js';
import { decodeMatrix } from '../../src/simd/decode-matrix.js';

const bytesOf: Readonly<Record<WeightKind, number>> = { F32: 4, BF16: 2, F16: 2, I8: 1 };

export class CountingLender implements WeightLender {
  /** Kinds and shapes of all weights that were asked for. */
  readonly asked: string[] = [];
  /** Bytes that are lent or being filled now, and the most there ever were. */
  bytes = 0;
  most = 0;
  readonly #limit: number;

  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit;
  }

  async lend(
    shape: readonly [Out: number, In: number],
    kind: WeightKind,
    fill: (bytes: Uint8Array<ArrayBufferLike>) => Promise<void>,
  ): Promise<LentWeight> {
    this.asked.push(`${kind} [${shape.join(', ')}]`);
    const matrix = shape[0] * shape[1] * bytesOf[kind];
    const size = kind === 'I8' ? 4 * Math.ceil(matrix / 4) + 4 * shape[0] : matrix;
    if (this.bytes + size > this.#limit)
      throw new RangeError(`expected room for ${size} bytes, got ${this.#limit}`);
    this.#take(size);
    const bytes = new Uint8Array(new SharedArrayBuffer(size));
    try {
      await fill(bytes);
    } catch (error) {
      this.#take(-size);
      throw error;
    }
    return this.#weight(shape, kind, bytes);
  }

  #weight(
    shape: readonly [Out: number, In: number],
    kind: WeightKind,
    bytes: Uint8Array<ArrayBufferLike>,
  ): LentWeight {
    let isLent = true;
    return {
      shape,
      kind,
      toTensor: () => {
        if (!isLent) throw new Error('expected a weight that is lent, got one that was given back');
        const values = decodeMatrix(bytes, kind, shape);
        return tf.tidy(() => tf.transpose(tf.tensor2d(values, [...shape])));
      },
      dispose: () => {
        if (isLent) this.#take(-bytes.byteLength);
        isLent = false;
      },
    };
  }

  #take(size: number): void {
    this.bytes += size;
    this.most = Math.max(this.most, this.bytes);
  }
}
