/** Tensors whose axes are named in their type, and the one check of shapes that forwards make. */
import type * as tf from '@tensorflow/tfjs-core';

/**
 * A tensor whose axes are named, e.g. `Tensor<'B N C'>`. The label exists only for the type checker: results
 * of tfjs operations (plain tensors) are accepted everywhere, a wrong label is a compile error.
 */
export type Tensor<Axes extends string = string> = tf.Tensor & { readonly axes?: Axes };

type Sizes<Axes extends string> = Axes extends `${string} ${infer Rest}`
  ? [number, ...Sizes<Rest>]
  : [number];

/**
 * The sizes of the named axes of `x`, checked: `const [B, N, C] = sizes(x, 'B N C', { C: 3200 })`.
 *
 * @throws RangeError `expected [B, N, C=3200], got [2, 5, 9]` when the rank or an expected size differs.
 */
export function sizes<Axes extends string>(
  x: Tensor<Axes>,
  axes: Axes,
  expected: Readonly<Record<string, number>> = {},
): Sizes<Axes> {
  const names = axes.split(' ');
  const fits =
    x.shape.length === names.length &&
    names.every((name, i) => expected[name] === undefined || expected[name] === x.shape[i]);
  if (!fits) {
    const wanted = names.map((name) => axisWith(name, expected[name]));
    throw new RangeError(`expected [${wanted.join(', ')}], got [${x.shape.join(', ')}]`);
  }
  return x.shape as Sizes<Axes>; // the rank was checked above
}

/** @throws RangeError `expected [2, 3, 6], got [2, 3, 5]`: operations here never broadcast. */
export function checkShape(x: Tensor, shape: readonly number[]): void {
  if (x.shape.length === shape.length && shape.every((size, axis) => size === x.shape[axis])) return;
  throw new RangeError(`expected [${shape.join(', ')}], got [${x.shape.join(', ')}]`);
}

/**
 * For what works along the last axis, whatever stands before it.
 *
 * @throws RangeError `expected [..., C=8], got [2, 5, 9]`.
 */
export function checkLastAxis(x: Tensor, axis: string, size: number): void {
  if (x.shape.at(-1) === size) return;
  throw new RangeError(`expected [..., ${axisWith(axis, size)}], got [${x.shape.join(', ')}]`);
}

/** `C=8`; an axis that is named by its size stands for itself. */
function axisWith(name: string, size: number | undefined): string {
  return size === undefined || name === String(size) ? name : `${name}=${size}`;
}
