/**
 * Which tensors are quantised, and how they are written: the matrices of linear maps as int8, the rest as it was.
 *
 * An int8 matrix takes half of what bf16 takes on disk, in memory and of bandwidth. Norms, biases and layer scales are
 * too small to matter. Wide stay the token table, because only rows of it are read; `text_projection` (used as x·P, so
 * that its rows are no output channels) and `itm_head`, because they are small and nothing damps an error in them; and
 * the first layer of a language model, because all others amplify an error in it: of what int8 changes in a text
 * embedding of QLLaMA-8B at full depth, that layer alone would make three quarters (docs/checkpoint.md).
 */

import { valuesAtOnce } from './cast.js';
import { checkpointWeights } from './checkpoint-weights.js';
import { isFloatKind } from './dtype.js';
import { bandsOf } from './float-source.js';
import { quantizeRows } from './int8.js';
import { scaleName } from './int8-tensor.js';
import type { TensorToWrite } from './safetensors-bytes.js';
import type { TensorInfo, TensorSource } from './tensor-source.js';

/** How matrices can be quantised. */
export type Quantization = 'int8';

/** The matrices of linear maps (and tables of their rank) that stay wide. */
const keptWide = [/(^|\.)[^.]*embed[^.]*\.weight$/, /(^|\.)itm_head\.weight$/, /(^|\.)model\.layers\.0\./];

/** Whether a tensor is the matrix [Out, In] of a linear map, by its name. */
export const isLinearMatrix = ({ name, shape }: Pick<TensorInfo, 'name' | 'shape'>): boolean =>
  shape.length === 2 && name.endsWith('.weight');

/** Whether a tensor becomes int8: the matrix of a linear map, of floats, that is not among the few kept wide. */
export function isQuantizable(info: TensorInfo): boolean {
  return isLinearMatrix(info) && isFloatKind(info.dtype) && !keptWide.some((name) => name.test(info.name));
}

/**
 * A matrix to be written as int8 [Out, In], and its scales [Out, 1]. It is read once, some rows at a time: the scales
 * are known, and their `pieces` right, when all of the matrix has been written.
 *
 * @throws (while it is written) RangeError for a value that is not finite.
 */
export function quantizedTensors(
  source: TensorSource,
  { name, shape }: TensorInfo,
  signal?: AbortSignal,
): { readonly matrix: TensorToWrite; readonly scales: TensorToWrite } {
  const [Out = 0] = shape;
  const scales = new Float32Array(Out);
  const weights = checkpointWeights(source);
  const matrix: TensorToWrite = {
    name,
    shape,
    dtype: 'I8',
    async *pieces() {
      for await (const { first, values } of bandsOf(weights, { name, shape, valuesAtOnce }, signal)) {
        const bandScales = scales.subarray(first, first + values.length / (shape[1] ?? 1));
        const bytes = quantizeRows(values, bandScales, (row) => `${name}, row ${first + row}`);
        yield new Uint8Array(bytes.buffer);
      }
    },
  };
  const pieces = () => [new Uint8Array(scales.buffer)];
  return { matrix, scales: { name: scaleName(name), shape: [Out, 1], dtype: 'F32', pieces } };
}
