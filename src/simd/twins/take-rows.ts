/** The twin of `takeRows` and the gradient of its table. */
import type * as tf from '@tensorflow/tfjs-core';

import { embeddingBackward, embeddingRows } from '../embedding-rows.js';
import type { Task } from '../workplace.js';
import { runOne, single, type Twin, type TwinCall } from './define.js';

/** table[ids]: [V, C], [M] → [M, C]. */
function takeRowsTask({ input }: TwinCall): Task {
  const [vocabulary = 0, n = 0] = input('table').shape;
  const [rows = 0] = input('ids').shape;
  return {
    inputs: [input('table'), input('ids')],
    outputs: [[rows, n]],
    flops: 0, // memory is all it takes
    compute: (kernels, [table = 0, ids = 0], [y = 0]) =>
      embeddingRows(kernels, { table, kind: 'F32', vocabulary, ids, y, rows, n }),
  };
}

/** dTable[v] = Σ dy[i] over the i with ids[i] = v: [M, C], [M] → [V, C]. */
function takeRowsGradientTask({ input, attributes }: TwinCall): Task {
  const vocabulary = Number(attributes.vocabulary);
  const [rows = 0, n = 0] = input('dy').shape;
  return {
    inputs: [input('dy'), input('ids')],
    outputs: [[vocabulary, n]],
    flops: 0,
    compute: (kernels, [dy = 0, ids = 0], [dTable = 0]) => {
      kernels.floats(dTable, vocabulary * n).fill(0);
      embeddingBackward(kernels, { ids, vocabulary, dy, dTable, rows, n });
    },
  };
}

const gradient: Twin['gradient'] = {
  inputsToSave: ['table', 'ids'],
  gradFunc: (dy, saved) => {
    const [table, ids] = saved as [tf.Tensor, tf.Tensor]; // in the order of inputsToSave
    const vocabulary = table.shape[0] ?? 0;
    return { table: () => runOne('TakeRowsGradient', { dy: single(dy), ids }, { vocabulary }) };
  },
};

export const takeRowsTwins: readonly Twin[] = [
  { kernelName: 'TakeRows', task: takeRowsTask, gradient, integers: ['ids'] },
  { kernelName: 'TakeRowsGradient', task: takeRowsGradientTask, integers: ['ids'] },
];
