/**
 * Where a kernel runs: in place on tfjs's heap with one thread, or in the engine with all threads, for which
 * activations are copied there and back. Results are the same bits; the choice is one of time.
 */
import type * as tf from '@tensorflow/tfjs-core';

import type { Engine } from './engine.js';
import type { Kernels } from './kernels.js';
import { addressOf, type TfjsWasm } from './tfjs-heap.js';

export interface Workplace {
  readonly inPlace: Kernels;
  /** Absent where one thread works. */
  readonly engine: Engine | undefined;
}

/** A kernel call on tensors: addresses of inputs and outputs, in their order. */
export interface Task {
  readonly inputs: readonly tf.TensorInfo[];
  readonly outputs: readonly (readonly number[])[]; // shapes, all float32
  /** Floating-point operations, about. */
  readonly flops: number;
  /** Set when the operands are in the engine's memory already. */
  readonly engineOnly?: Engine;
  readonly compute: (kernels: Kernels, inputs: readonly number[], outputs: readonly number[]) => void;
}

// Measured on one core: an FMA kernel, a copy between the two memories, waking a thread.
const FLOPS_PER_SECOND = 50e9;
const COPIED_BYTES_PER_SECOND = 5e9;
const WAKE_SECONDS = 30e-6;

let isAlone = false;

/** Runs `fn` on this thread alone: the other processors have work of their own. */
export function onOneThread<T>(fn: () => T): T {
  const before = isAlone;
  isAlone = true;
  try {
    return fn();
  } finally {
    isAlone = before;
  }
}

/** Runs the task where it is done first. */
export function perform({ inPlace, engine }: Workplace, backend: TfjsWasm, task: Task): tf.TensorInfo[] {
  if (task.engineOnly) return performInEngine(task.engineOnly, backend, task);
  if (engine && engine.threads > 1 && !isAlone && paysOff(task, engine.threads)) {
    return performInEngine(engine, backend, task);
  }
  return withOutputs(backend, task.outputs, (outputs) => {
    const addresses = (tensors: readonly tf.TensorInfo[]) => tensors.map((x) => addressOf(backend, x));
    task.compute(inPlace, addresses(task.inputs), addresses(outputs));
  });
}

/** New tensors of the given shapes, after `fill` has seen them. When it fails, none is left. */
function withOutputs(
  backend: TfjsWasm,
  shapes: readonly (readonly number[])[],
  fill: (outputs: readonly tf.TensorInfo[]) => void,
): tf.TensorInfo[] {
  const outputs = shapes.map((shape) => backend.makeOutput([...shape], 'float32'));
  try {
    fill(outputs);
    return outputs;
  } catch (error) {
    for (const { dataId } of outputs) backend.disposeData(dataId);
    throw error;
  }
}

function paysOff({ inputs, outputs, flops }: Task, threads: number): boolean {
  const saved = (flops / FLOPS_PER_SECOND) * (1 - 1 / threads);
  const bytes =
    4 *
    (inputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0) +
      outputs.reduce((sum, shape) => sum + sizeOf(shape), 0));
  return saved > bytes / COPIED_BYTES_PER_SECOND + WAKE_SECONDS;
}

function performInEngine({ kernels }: Engine, backend: TfjsWasm, task: Task): tf.TensorInfo[] {
  const { heap } = kernels;
  const addresses: number[] = [];
  const allocate = (shape: readonly number[]): number => {
    const address = heap.allocate(4 * sizeOf(shape));
    addresses.push(address);
    return address;
  };
  try {
    const inputs = task.inputs.map(({ shape }) => allocate(shape));
    const results = task.outputs.map(allocate);
    task.inputs.forEach((x, i) => {
      kernels.words(inputs[i] ?? 0, sizeOf(x.shape)).set(heapWords(backend, x));
    });
    task.compute(kernels, inputs, results);
    return withOutputs(backend, task.outputs, (outputs) => {
      outputs.forEach((y, i) => {
        heapWords(backend, y).set(kernels.words(results[i] ?? 0, sizeOf(y.shape)));
      });
    });
  } finally {
    for (const address of addresses) heap.free(address);
  }
}

/** A tensor's elements as 4-byte words, whatever they mean: valid until tfjs's heap grows. */
function heapWords(backend: TfjsWasm, tensor: tf.TensorInfo): Int32Array {
  return new Int32Array(backend.wasm.asm.memory.buffer, addressOf(backend, tensor), sizeOf(tensor.shape));
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);
