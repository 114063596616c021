/** A weight in an engine's memory, as it was stored: only kernels and `toTensor` ever look at it. */
import * as tf from '@tensorflow/tfjs-core';

import type { LentWeight, WeightKind } from '../nn/weight.js';
import { decodeMatrix } from './decode-matrix.js';
import type { Engine } from './engine.js';
import { EngineError } from './engine-error.js';

const kindBytes: Readonly<Record<WeightKind, number>> = { F32: 4, BF16: 2, F16: 2, I8: 1 };

export class EngineWeight implements LentWeight {
  readonly shape: readonly [Out: number, In: number];
  readonly kind: WeightKind;
  /** Whose kernels can read it. */
  readonly engine: Engine;
  readonly #onDispose: (weight: EngineWeight) => void;
  #address: number | undefined;

  constructor(
    engine: Engine,
    shape: readonly [Out: number, In: number],
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
    return this.shape[1] * kindBytes[this.kind];
  }

  /** The matrix; for `I8` then, aligned to 4 bytes, one float32 scale a row. */
  get byteLength(): number {
    return this.#scalesOffset + (this.kind === 'I8' ? 4 * this.shape[0] : 0);
  }

  /** @throws EngineError after `dispose`. */
  get address(): number {
    if (this.#address === undefined) throw new EngineError('this weight was given back; read it again');
    return this.#address;
  }

  /** Where the scales are; undefined for kinds without. */
  get scales(): number | undefined {
    return this.kind === 'I8' ? this.address + this.#scalesOffset : undefined;
  }

  get #scalesOffset(): number {
    return Math.ceil((this.shape[0] * this.stride) / 4) * 4;
  }

  /** A view of all bytes; in a private memory it dies with the next allocation. */
  bytes(): Uint8Array<ArrayBufferLike> {
    return new Uint8Array(this.engine.kernels.heap.memory.buffer, this.address, this.byteLength);
  }

  toTensor(): tf.Tensor2D {
    const values = decodeMatrix(this.bytes().slice(), this.kind, this.shape);
    return tf.tidy(() => tf.transpose(tf.tensor2d(values, [...this.shape])));
  }

  dispose(): void {
    if (this.#address === undefined) return;
    this.engine.kernels.heap.free(this.#address);
    this.#address = undefined;
    this.#onDispose(this);
  }
}
