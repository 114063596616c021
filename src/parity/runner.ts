/** What checks one module of the reference: the contract between `run.ts` and the files in `modules/`. */
import * as tf from '@tensorflow/tfjs-core';

import type { Tap } from '../nn/tap.js';
import type { OutputResult, Values } from './compare.js';
import type { ParityCase } from './parity-case.js';

/** What a module made of the inputs of a case. */
export interface Produced {
  /** Tensors by output name, traces in the order in which they arose. */
  readonly values?: ReadonlyMap<string, Values>;
  /** Outputs that the runner judged itself: those whose expectations are not tensors. */
  readonly judged?: readonly OutputResult[];
  /** Expected outputs that need a part of the model which does not exist yet. Such a case is not ok. */
  readonly notImplemented?: ReadonlySet<string>;
}

export interface RunOptions {
  /** Replaces the checkpoint that the manifests name. */
  readonly weights?: string;
  readonly signal?: AbortSignal;
  /** Lends the matrices of stored checkpoints; made weights are always lent where there is an engine. */
  readonly lend?: boolean;
  /** Called where a trace point arises: progress of a long case. */
  readonly onTrace?: (name: string) => void;
}

export interface ModuleRunner {
  /** The keys of `params` that are understood or only tell; a case with any other key is refused. */
  readonly params: readonly string[];
  run(parityCase: ParityCase, options: RunOptions): Promise<Produced>;
}

/** The outputs of a case: `set` and `make` keep what the manifest expects, `tap` does so for trace points. */
export class Outputs {
  readonly values = new Map<string, Values>();
  readonly notImplemented = new Set<string>();
  readonly tap: Tap;
  readonly #wanted: ReadonlyMap<string, string>;
  readonly #reading: Promise<void>[] = [];

  constructor(parityCase: ParityCase, options: RunOptions = {}) {
    this.#wanted = parityCase.expect;
    this.tap = (name, tensor) => {
      options.signal?.throwIfAborted();
      options.onTrace?.(name);
      this.set(`trace.${name}`, tensor);
    };
  }

  wants(name: string): boolean {
    return this.#wanted.has(name);
  }

  /** Keeps a copy of `tensor` when the case expects it. The tensor stays its owner's, and may go at once. */
  set(name: string, tensor: tf.Tensor): void {
    if (!this.wants(name)) return;
    const shape = [...tensor.shape];
    this.values.set(name, { shape, data: [] }); // its place among the others
    const read = valuesOf(tensor).then((data) => void this.values.set(name, { shape, data }));
    read.catch(() => {}); // told by `complete`, if the case gets that far
    this.#reading.push(read);
  }

  /** Waits for what is still being read: a GPU hands nothing over at once. */
  async complete(): Promise<void> {
    await Promise.all(this.#reading);
  }

  /** Keeps values that lie outside tfjs already. */
  setValues(name: string, values: Values): void {
    if (this.wants(name)) this.values.set(name, values);
  }

  /** Keeps the tensor that `make` gives, which is not called when the case does not expect it. */
  make(name: string, make: () => tf.Tensor): void {
    if (this.wants(name)) tf.tidy(() => this.set(name, make()));
  }
}

export type TensorValues = Float32Array | Int32Array | Uint8Array;

/** The values of a tensor that its owner may dispose of at once: a GPU hands them over later. */
export async function valuesOf(tensor: tf.Tensor): Promise<TensorValues> {
  const kept = tf.keep(tf.clone(tensor));
  try {
    return await kept.data();
  } finally {
    kept.dispose();
  }
}
