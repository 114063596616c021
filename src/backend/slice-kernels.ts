/**
 * Slice, SplitV and Concat for the wasm backend, in place of tfjs's own. Its first two copy the whole input out
 * of the heap for every piece, so that cutting a tensor into n heads costs n² (measured: 0.6 ms a head instead
 * of 5 µs); the third copies row by row in JavaScript.
 */
import * as tf from '@tensorflow/tfjs-core';

import { copyRows } from '../simd/copy-rows.js';
import type { Kernels } from '../simd/kernels.js';
import { addressOf, type TfjsWasm } from '../simd/tfjs-heap.js';
import { sizeOf } from '../simd/workplace.js';

/** tfjs hands attributes to kernels untyped: these are its `SliceAttrs`, `SplitVAttrs` and `ConcatAttrs`. */
interface SliceAttributes {
  readonly begin: number | number[];
  readonly size: number | number[];
}

interface SplitAttributes {
  readonly numOrSizeSplits: number | number[];
  readonly axis: number;
}

interface ConcatAttributes {
  readonly axis: number;
}

/** Where tensors lie, and what copies them there. */
interface Place {
  readonly backend: TfjsWasm;
  readonly kernels: Kernels;
}

/** Replaces the three kernels by ones that copy with `kernels`, which work on tfjs's heap. */
export function registerSliceKernels(kernels: Kernels): void {
  replaceKernel(tf.Slice, kernels, (place, [x], attributes) => {
    const { begin, size } = attributes as SliceAttributes;
    const [from = [], sizes = []] = tf.slice_util.parseSliceParams(x as tf.Tensor, begin, size);
    tf.slice_util.assertParamsValid(x as tf.Tensor, from, sizes);
    return cut(place, x, from, sizes);
  });
  replaceKernel(tf.SplitV, kernels, (place, [x], attributes) => {
    const { numOrSizeSplits, axis } = attributes as SplitAttributes;
    const along = positiveAxis(axis, x);
    const begin = x.shape.map(() => 0);
    return tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits, along).map((length) => {
      const piece = cut(place, x, begin, x.shape.with(along, length));
      begin[along] = (begin[along] ?? 0) + length;
      return piece;
    });
  });
  replaceKernel(tf.Concat, kernels, (place, parts, attributes) =>
    joined(place, parts, positiveAxis((attributes as ConcatAttributes).axis, parts[0])),
  );
}

const positiveAxis = (axis: number, { shape }: tf.TensorInfo): number =>
  axis < 0 ? axis + shape.length : axis;

type Inputs = readonly [tf.TensorInfo, ...tf.TensorInfo[]];
type Kernel = (place: Place, inputs: Inputs, attributes: unknown) => tf.TensorInfo | tf.TensorInfo[];

const originals = new Map<string, tf.KernelConfig>();

function replaceKernel(kernelName: string, kernels: Kernels, kernel: Kernel): void {
  const original = originals.get(kernelName) ?? tf.getKernel(kernelName, 'wasm');
  originals.set(kernelName, original);
  const kernelFunc: tf.KernelFunc = (args) => {
    const inputs = Object.values(args.inputs) as tf.TensorInfo[]; // each kernel has one, or a list of them
    const [first, ...others] = inputs;
    if (first === undefined) throw new Error(`${kernelName}: expected an input`);
    // Texts and booleans are stored otherwise, and parts of several types are converted; the model has none of them.
    const { dtype } = first;
    const isCopied = dtype === 'float32' || dtype === 'int32';
    if (!isCopied || others.some((other) => other.dtype !== dtype)) return original.kernelFunc(args);
    return kernel({ backend: args.backend as TfjsWasm, kernels }, [first, ...others], args.attrs);
  };
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...original, kernelFunc });
}

/** The box of `size` at `begin`. */
function cut(
  { backend, kernels }: Place,
  x: tf.TensorInfo,
  begin: readonly number[],
  size: readonly number[],
): tf.TensorInfo {
  const out = backend.makeOutput([...size], x.dtype);
  const strides = tf.util.computeStrides(x.shape).concat(1);
  /** From this axis on everything is taken whole: below the one before it, rows are runs of memory. */
  const whole = size.findIndex((_, axis) => size.slice(axis).every((n, i) => n === x.shape[axis + i]));
  const runAxis = Math.max(0, (whole < 0 ? size.length : whole) - 1);
  const bytes = 4 * sizeOf(size.slice(runAxis));
  let to = addressOf(backend, out);
  const copy = (axis: number, offset: number): void => {
    const stride = strides[axis] ?? 1;
    const from = offset + (begin[axis] ?? 0) * stride;
    if (axis < runAxis - 1) {
      for (let i = 0; i < (size[axis] ?? 0); i++) copy(axis + 1, from + i * stride);
      return;
    }
    const isRow = axis === runAxis; // the first axis is cut, or nothing is: one run
    const start = isRow ? from : from + (begin[runAxis] ?? 0) * (strides[runAxis] ?? 1);
    const rows = isRow ? 1 : (size[axis] ?? 0);
    copyRows(kernels, {
      from: addressOf(backend, x) + 4 * start,
      fromStride: 4 * stride,
      to,
      toStride: bytes,
      rows,
      bytes,
    });
    to += rows * bytes;
  };
  if (sizeOf(size) > 0) copy(0, 0);
  return out;
}

/** The parts one after the other along `axis`. */
function joined({ backend, kernels }: Place, parts: Inputs, axis: number): tf.TensorInfo {
  const shapes = parts.map(({ shape }) => shape);
  tf.backend_util.assertParamsConsistent(shapes, axis);
  const out = backend.makeOutput(tf.backend_util.computeOutShape(shapes, axis), parts[0].dtype);
  const toStride = 4 * sizeOf(out.shape.slice(axis));
  let to = addressOf(backend, out);
  for (const part of parts) {
    const bytes = 4 * sizeOf(part.shape.slice(axis));
    const rows = sizeOf(part.shape.slice(0, axis));
    copyRows(kernels, { from: addressOf(backend, part), fromStride: bytes, to, toStride, rows, bytes });
    to += bytes;
  }
  return out;
}
