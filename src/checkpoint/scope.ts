/**
 * Weights read by path, with the shape stated where they are read: `at('attn').linear('qkv', 3200, 9600)`.
 *
 * The layout of checkpoints ends here: linear kernels arrive as float32 tensors [In, Out], or lent [Out, In] in
 * the kind in which they are stored; everything else is float32.
 */
import * as tf from '@tensorflow/tfjs-core';

import type { LayerNorm } from '../nn/layer-norm.js';
import type { Linear } from '../nn/linear.js';
import type { RmsNorm } from '../nn/rms-norm.js';
import { readTree } from '../nn/tree.js';
import type { LentWeight, Weight, WeightLender } from '../nn/weight.js';
import { type Banded, bandsOf, convertedMatrix, type FloatSource } from './float-source.js';
import { elementCount, type Rows } from './tensor-source.js';
import { transposeBand } from './transpose.js';

/** Where a tensor came from: enough to write it back in the checkpoint's own layout. */
export interface Origin {
  readonly name: string;
  readonly shape: readonly number[];
  /** The file holds [Out, …In], the tensor is [In, Out]. */
  readonly transposed: boolean;
}

/** Sees every tensor that is read, and may hand on another in its place (a trainable variable). */
export type Adopt = (tensor: tf.Tensor, origin: Origin) => tf.Tensor;

export interface ScopeOptions {
  readonly adopt?: Adopt | undefined;
  /** Keeps the matrices of linear maps; without one they become tensors. */
  readonly lender?: WeightLender | undefined;
  /** Ends every read. */
  readonly signal?: AbortSignal | undefined;
}

type MatrixShape = readonly [Out: number, ...patch: number[]];

/** The tensors below a dotted prefix. It holds nothing: who reads a tensor owns it. */
export class Scope {
  readonly #source: FloatSource;
  readonly #prefix: string;
  readonly #options: ScopeOptions;

  constructor(source: FloatSource, prefix = '', options: ScopeOptions = {}) {
    this.#source = source;
    this.#prefix = prefix;
    this.#options = options;
  }

  /** What ends the reads. */
  get signal(): AbortSignal | undefined {
    return this.#options.signal;
  }

  /** The scope of `path` below this one. */
  at(path: string): Scope {
    return new Scope(this.#source, this.#full(path), this.#options);
  }

  /** The same scope, whose reads are ended by another signal, or by none. */
  until(signal: AbortSignal | undefined): Scope {
    return new Scope(this.#source, this.#prefix, { ...this.#options, signal });
  }

  /** The shape of a tensor, or undefined when it is absent (or the source cannot know). */
  shapeOf(name: string): readonly number[] | undefined {
    return this.#source.shapeOf(this.#full(name));
  }

  /** The tensor `name` as float32. */
  async tensor(name: string, shape: readonly number[]): Promise<tf.Tensor> {
    this.signal?.throwIfAborted();
    const full = this.#full(name);
    const values = await this.#source.read(full, shape, undefined, this.signal);
    return this.#adopted(tf.tensor(values, [...shape], 'float32'), { name: full, shape, transposed: false });
  }

  /** `name.weight` [Out, In], lent or as a tensor [In, Out], and `name.bias` [Out] unless `bias` is false. */
  async linear(name: string, In: number, Out: number, options: { bias?: boolean } = {}): Promise<Linear> {
    return this.#matrix(name, [In], Out, options.bias ?? true);
  }

  /** Outputs `rows` of the linear map `name`, which has no bias: of a matrix that is too large to be read whole. */
  async linearPart(name: string, In: number, Out: number, rows: Rows): Promise<Linear> {
    return { weight: await this.#weight(this.#full(`${name}.weight`), [Out, In], rows) };
  }

  /**
   * A convolution whose stride is its size is a linear map of patches: `name.weight` [Out, …patch], lent as
   * [Out, ∏patch] or a tensor [∏patch, Out].
   */
  async kernel(name: string, patch: readonly number[], Out: number): Promise<Linear> {
    return this.#matrix(name, patch, Out, true);
  }

  /** The bias comes first: that is the order in which resume points of a training list the parameters. */
  #matrix(name: string, patch: readonly number[], Out: number, hasBias: boolean): Promise<Linear> {
    const weight = `${name}.weight`;
    return readTree<Linear>({
      ...(hasBias ? { bias: () => this.tensor(`${name}.bias`, [Out]) } : {}),
      weight: () => this.#weight(this.#full(weight), [Out, ...patch]),
    });
  }

  async #weight(name: string, shape: MatrixShape, rows?: Rows): Promise<Weight> {
    this.signal?.throwIfAborted();
    const { lender } = this.#options;
    if (lender) return this.#lent(lender, { name, shape, rows });
    const [Out, ...patch] = shape;
    const size = [elementCount(patch), rows?.count ?? Out];
    const kernel = tf.tensor(await this.#transposed(name, shape, rows), size, 'float32');
    if (rows && rows.count < Out) return kernel; // a part of a parameter is none: nobody can write it back
    return this.#adopted(kernel, { name, shape, transposed: true });
  }

  #lent(lender: WeightLender, { name, shape, rows }: Banded & { shape: MatrixShape }): Promise<LentWeight> {
    const source = this.#source;
    const { kind, fill } = source.stored?.(name, shape, rows) ?? convertedMatrix(source, name, shape, rows);
    const [Out, ...patch] = shape;
    const size = [rows?.count ?? Out, elementCount(patch)] as const;
    return lender.lend(size, kind, (bytes) => fill(bytes, this.signal));
  }

  #adopted(tensor: tf.Tensor, origin: Origin): tf.Tensor {
    return this.#options.adopt?.(tensor, origin) ?? tensor;
  }

  /** `name.weight` [C]. */
  async rmsNorm(name: string, C: number): Promise<RmsNorm> {
    return { weight: await this.tensor(`${name}.weight`, [C]) };
  }

  /** `name.weight` and `name.bias`, both [C]. */
  layerNorm(name: string, C: number): Promise<LayerNorm> {
    return readTree<LayerNorm>({
      weight: () => this.tensor(`${name}.weight`, [C]),
      bias: () => this.tensor(`${name}.bias`, [C]),
    });
  }

  /**
   * Rows `ids` of tensor `name` of the given whole shape, reading only these: [ids.length, …shape.slice(1)].
   */
  async rows(name: string, shape: readonly number[], ids: readonly number[]): Promise<tf.Tensor> {
    const rest = shape.slice(1);
    const rowLength = elementCount(rest);
    const values = new Float32Array(ids.length * rowLength);
    for (const id of new Set(ids)) {
      const row = await this.#source.read(this.#full(name), shape, { start: id, count: 1 }, this.signal);
      ids.forEach((other, position) => {
        if (other === id) values.set(row, position * rowLength);
      });
    }
    return tf.tensor(values, [ids.length, ...rest], 'float32');
  }

  async #transposed(name: string, shape: readonly number[], part?: Rows): Promise<Float32Array> {
    const rows = part?.count ?? shape[0] ?? 1;
    const columns = elementCount(shape.slice(1));
    const out = new Float32Array(rows * columns);
    for await (const { first, values } of bandsOf(this.#source, { name, shape, rows: part }, this.signal)) {
      transposeBand(values, columns, out, { first, rows });
    }
    return out;
  }

  #full(name: string): string {
    return this.#prefix === '' ? name : name === '' ? this.#prefix : `${this.#prefix}.${name}`;
  }
}
