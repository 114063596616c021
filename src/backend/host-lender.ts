/** Lends weights to a device without an engine: they stay in ordinary memory, as they are stored, until used. */
import type * as tf from '@tensorflow/tfjs-core';

import type { LentWeight, MatrixShape, RowRange, WeightKind, WeightLender } from '../nn/weight.js';
import { matrixBytes, matrixTensor } from '../simd/decode-matrix.js';

export class HostLender implements WeightLender {
  readonly #tensorBytes: number;

  /** @param tensorBytes of the largest tensor that the device can read. */
  constructor(tensorBytes: number) {
    this.#tensorBytes = tensorBytes;
  }

  async lend(
    shape: MatrixShape,
    kind: WeightKind,
    fill: (bytes: Uint8Array<ArrayBufferLike>) => Promise<void>,
  ): Promise<LentWeight> {
    const bytes = new Uint8Array(matrixBytes(shape, kind));
    await fill(bytes);
    return new HostWeight(shape, kind, bytes, this.#tensorBytes);
  }
}

class HostWeight implements LentWeight {
  readonly shape: MatrixShape;
  readonly kind: WeightKind;
  readonly rowsPerTensor: number;
  #bytes: Uint8Array | undefined;

  constructor(shape: MatrixShape, kind: WeightKind, bytes: Uint8Array, tensorBytes: number) {
    this.shape = shape;
    this.kind = kind;
    this.#bytes = bytes;
    this.rowsPerTensor = Math.max(1, Math.floor(tensorBytes / (4 * shape[1])));
  }

  toTensor(rows?: RowRange): tf.Tensor2D {
    if (this.#bytes === undefined) throw new Error('this weight was given back; read it again');
    return matrixTensor(this.#bytes, this.kind, this.shape, rows);
  }

  dispose(): void {
    this.#bytes = undefined;
  }
}
