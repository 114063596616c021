/** Gradients of taking tensors apart and putting them together: each is the other's way back. */
import * as tf from '@tensorflow/tfjs-core';

import { parseAxes } from './broadcast.js';
import { byIndex, ofInput, single } from './define.js';

type Attributes = Readonly<Record<string, unknown>>;

const list = (dy: tf.Tensor | tf.Tensor[]): tf.Tensor[] => (Array.isArray(dy) ? dy : [dy]);
const oneAxis = (axis: unknown, rank: number): number => parseAxes(axis, rank)[0] ?? 0;
const rankOf = (tensors: readonly tf.Tensor[]): number => tensors[0]?.rank ?? 0;

/** The range [start, start + length) of dy along one axis. */
function range(dy: tf.Tensor, axis: number, start: number, length: number): tf.Tensor {
  const begin = dy.shape.map((_, i) => (i === axis ? start : 0));
  return tf.slice(
    dy,
    begin,
    dy.shape.map((n, i) => (i === axis ? length : n)),
  );
}

/** What was cut away has no gradient: dy between zeros. */
function sliceBack(dy: tf.Tensor, x: tf.Tensor, attributes: Attributes): tf.Tensor {
  const { begin, size } = attributes as { begin: number[]; size: number[] }; // tf.SliceAttrs
  const [from = [], length = []] = tf.slice_util.parseSliceParams(x, begin, size);
  const around = x.shape.map((n, i): [number, number] => {
    const start = from[i] ?? 0;
    return [start, n - start - (length[i] ?? n)];
  });
  return tf.pad(dy, around);
}

function padBack(dy: tf.Tensor, x: tf.Tensor, { paddings }: Attributes): tf.Tensor {
  const begin = (paddings as [number, number][]).map(([before]) => before); // tf.PadV2Attrs
  return tf.slice(dy, begin, x.shape);
}

const concat: tf.GradConfig = {
  kernelName: tf.Concat,
  saveAllInputs: true,
  gradFunc: (dy, parts, { axis }) => {
    const along = oneAxis(axis, rankOf(parts));
    const lengths = parts.map(({ shape }) => shape[along] ?? 0);
    const startOf = (i: number): number => lengths.slice(0, i).reduce((sum, n) => sum + n, 0);
    return byIndex(lengths.map((length, i) => () => range(single(dy), along, startOf(i), length)));
  },
};

const stack: tf.GradConfig = {
  kernelName: tf.Pack,
  saveAllInputs: true,
  gradFunc: (dy, parts, { axis }) => {
    const along = oneAxis(axis, single(dy).rank);
    return byIndex(
      parts.map(
        ({ shape }, i) =>
          () =>
            tf.reshape(range(single(dy), along, i, 1), shape),
      ),
    );
  },
};

export const partGradients: readonly tf.GradConfig[] = [
  ofInput(tf.Slice, sliceBack),
  ofInput(tf.PadV2, padBack),
  concat,
  {
    kernelName: tf.SplitV,
    gradFunc: (dy, _saved, { axis }) => ({ x: () => tf.concat(list(dy), oneAxis(axis, rankOf(list(dy)))) }),
  },
  stack,
  {
    kernelName: tf.Unpack,
    gradFunc: (dy, _saved, { axis }) => ({
      value: () => tf.stack(list(dy), oneAxis(axis, rankOf(list(dy)) + 1)),
    }),
  },
];
