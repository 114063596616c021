/** A weight in an engine's memory, as it was stored: only kernels and `toTensor` ever look at it. */
import type * as tf from '@tensorflow/tfjs-core';

import type { LentWeight, MatrixShape, RowRange, WeightKind } from '../nn/weight.js';
import { matrixBytes, matrixTensor, rowBytes, scalesOffset } from './decode-matrix.js';
import type { Engine } from './engine.js';
import { EngineError } from './engine-error.js';

export class EngineWeight implements LentWeight {
  readonly shape: MatrixShape;
  readonly kind: WeightKind;
  /** Whose kernels can read it. */
  readonly engine: Engine;
  readonly #onDispose: (weight: EngineWeight) => void;
  #address: number | undefined;

  constructor(
    engine: Engine,
    shape: MatrixShape,
    kind: WeightKind,
    onDispose: (weight: EngineWeight) => void,
  ) {
    this.engine = engine;
    this.shape = shape;
    this.kind = kind;
    this.#onDispose = onDispose;
    this.#address = engine.kernels.heap.allocate(this.byteLength);
  }

  /** Bytes between two rows. */
  get stride(): number {
    return rowBytes(this.shape[1], this.kind);
  }

  /** The matrix; for `I8` then, aligned to 4 bytes, one float32 scale a row. */
  get byteLength(): number {
    return matrixBytes(this.shape, this.kind);
  }

  /** @throws EngineError after `dispose`. */
  get address(): number {
    if (this.#address === undefined) throw new EngineError('this weight was given back; read it again');
    return this.#address;
  }

  /** Where the scales are; undefined for kinds without. */
  get scales(): number | undefined {
    return this.kind === 'I8' ? this.address + scalesOffset(this.shape, this.kind) : undefined;
  }

  /** A view of all bytes; in a private memory it dies with the next allocation. */
  bytes(): Uint8Array<ArrayBufferLike> {
    return new Uint8Array(this.engine.kernels.heap.memory.buffer, this.address, this.byteLength);
  }

  toTensor(rows?: RowRange): tf.Tensor2D {
    return matrixTensor(this.bytes().slice(), this.kind, this.shape, rows);
  }

  dispose(): void {
    if (this.#address === undefined) return;
    this.engine.kernels.heap.free(this.#address);
    this.#address = undefined;
    this.#onDispose(this);
  }
}
