/**
 * Weights read by path, with the shape stated where they are read: `at('attn').linear('qkv', 3200, 9600)`.
 *
 * The layout of checkpoints ends here: linear kernels arrive as [In, Out], everything is float32.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { LayerNorm } from '../nn/layer-norm.js';
import type { Linear } from '../nn/linear.js';
import type { RmsNorm } from '../nn/rms-norm.js';
import { elementCount, type Rows } from './tensor-source.js';
import { transposeBand } from './transpose.js';

/** Named float32 values: a checkpoint, or a rule that makes them. */
export interface FloatSource {
  /** The shape of a tensor; undefined when it is absent or not known. */
  shapeOf(name: string): readonly number[] | undefined;
  /**
   * Values of a tensor, or of some of its rows. They belong to the caller.
   *
   * @throws RangeError naming the tensor when it has another shape, Error when there is none.
   */
  read(name: string, shape: readonly number[], rows?: Rows): Promise<Float32Array<ArrayBuffer>>;
}

/**
 * Values that a matrix is read and transposed by at a time: 64 MB, so that the largest needs no second copy.
 */
const bandValues = 2 ** 24;

/** Where a tensor came from: enough to write it back in the checkpoint's own layout. */
export interface Origin {
  readonly name: string;
  readonly shape: readonly number[];
  /** The file holds [Out, …In], the tensor is [In, Out]. */
  readonly transposed: boolean;
}

/** Sees every tensor that is read, and may hand on another in its place (a trainable variable). */
export type Adopt = (tensor: tf.Tensor, origin: Origin) => tf.Tensor;

/** The tensors below a dotted prefix. It holds nothing: who reads a tensor owns it. */
export class Scope {
  readonly #source: FloatSource;
  readonly #prefix: string;
  readonly #adopt: Adopt;

  constructor(source: FloatSource, prefix = '', adopt: Adopt = (tensor) => tensor) {
    this.#source = source;
    this.#prefix = prefix;
    this.#adopt = adopt;
  }

  /** The scope of `path` below this one. */
  at(path: string): Scope {
    return new Scope(this.#source, this.#full(path), this.#adopt);
  }

  /** The shape of a tensor, or undefined when it is absent (or the source cannot know). */
  shapeOf(name: string): readonly number[] | undefined {
    return this.#source.shapeOf(this.#full(name));
  }

  /** The tensor `name` as float32. */
  async tensor(name: string, shape: readonly number[]): Promise<tf.Tensor> {
    const full = this.#full(name);
    const values = await this.#source.read(full, shape);
    return this.#adopt(tf.tensor(values, [...shape], 'float32'), { name: full, shape, transposed: false });
  }

  /** `name.weight` [Out, In] as [In, Out], and `name.bias` [Out] unless `bias` is false. */
  async linear(name: string, In: number, Out: number, options: { bias?: boolean } = {}): Promise<Linear> {
    return this.#matrix(name, [In], Out, options.bias ?? true);
  }

  /**
   * A convolution whose stride is its size is a linear map of patches: `name.weight` [Out, …patch] as
   * [∏patch, Out].
   */
  async kernel(name: string, patch: readonly number[], Out: number): Promise<Linear> {
    return this.#matrix(name, patch, Out, true);
  }

  async #matrix(name: string, patch: readonly number[], Out: number, hasBias: boolean): Promise<Linear> {
    const bias = hasBias ? await this.tensor(`${name}.bias`, [Out]) : undefined;
    try {
      const origin = { name: this.#full(`${name}.weight`), shape: [Out, ...patch], transposed: true };
      const kernel = await this.#transposed(origin.name, origin.shape);
      const weight = this.#adopt(tf.tensor(kernel, [elementCount(patch), Out], 'float32'), origin);
      return bias ? { weight, bias } : { weight };
    } catch (error) {
      bias?.dispose();
      throw error;
    }
  }

  /** `name.weight` [C]. */
  async rmsNorm(name: string, C: number): Promise<RmsNorm> {
    return { weight: await this.tensor(`${name}.weight`, [C]) };
  }

  /** `name.weight` and `name.bias`, both [C]. */
  async layerNorm(name: string, C: number): Promise<LayerNorm> {
    const weight = await this.tensor(`${name}.weight`, [C]);
    try {
      return { weight, bias: await this.tensor(`${name}.bias`, [C]) };
    } catch (error) {
      weight.dispose();
      throw error;
    }
  }

  /**
   * Rows `ids` of tensor `name` of the given whole shape, reading only these: [ids.length, …shape.slice(1)].
   */
  async rows(name: string, shape: readonly number[], ids: readonly number[]): Promise<tf.Tensor> {
    const rest = shape.slice(1);
    const rowLength = elementCount(rest);
    const values = new Float32Array(ids.length * rowLength);
    for (const id of new Set(ids)) {
      const row = await this.#source.read(this.#full(name), shape, { start: id, count: 1 });
      ids.forEach((other, position) => {
        if (other === id) values.set(row, position * rowLength);
      });
    }
    return tf.tensor(values, [ids.length, ...rest], 'float32');
  }

  async #transposed(name: string, shape: readonly number[]): Promise<Float32Array> {
    const rows = shape[0] ?? 1;
    const columns = elementCount(shape.slice(1));
    const out = new Float32Array(rows * columns);
    const bandRows = Math.max(1, Math.floor(bandValues / columns));
    for (let first = 0; first < rows; first += bandRows) {
      const count = Math.min(bandRows, rows - first);
      const band = await this.#source.read(name, shape, { start: first, count });
      transposeBand(band, columns, out, { first, rows });
    }
    return out;
  }

  #full(name: string): string {
    return this.#prefix === '' ? name : name === '' ? this.#prefix : `${this.#prefix}.${name}`;
  }
}
