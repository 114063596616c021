/** A source whose matrices of linear maps are int8, as if they had been converted: for models that are no files. */
import { toFloat32 } from '../../src/checkpoint/dtype.js';
import type { FloatSource, StoredMatrix } from '../../src/checkpoint/float-source.js';
import { quantizeRows } from '../../src/checkpoint/int8.js';
import { paddedLength } from '../../src/checkpoint/int8-tensor.js';
import { isQuantizable } from '../../src/checkpoint/quantize.js';
import type { TensorInfo } from '../../src/checkpoint/tensor-source.js';

/** Rows of a matrix that are quantised at a time. */
const bandRows = 256;

/**
 * Lends the matrices for which `isInt8` holds as int8 with scales, out of a source that lends bf16; what is not lent is
 * read as it was.
 */
export function quantizedSource(
  source: FloatSource,
  isInt8: (info: TensorInfo) => boolean = isQuantizable,
): FloatSource {
  const stored: FloatSource['stored'] = (name, shape) => {
    const wide = source.stored?.(name, shape);
    if (wide?.kind !== 'BF16')
      throw new Error(`${name}: expected a source that lends BF16, got ${wide?.kind}`);
    const info = { name, shape, dtype: 'BF16', byteLength: 0, file: '' } as const;
    return isInt8(info) ? int8(wide, name, shape) : wide;
  };
  return { ...source, stored };
}

function int8(wide: StoredMatrix, name: string, [Out = 0, In = 0]: readonly number[]): StoredMatrix {
  return {
    kind: 'I8',
    async fill(bytes, signal) {
      const values = new Uint8Array(2 * Out * In);
      await wide.fill(values, signal);
      for (let row = 0; row < Out; row += bandRows) {
        const end = Math.min(Out, row + bandRows);
        const scales = new Float32Array(end - row);
        const band = toFloat32(values.subarray(2 * row * In, 2 * end * In), 'BF16');
        const matrix = quantizeRows(band, scales, () => name);
        bytes.set(new Uint8Array(matrix.buffer), row * In);
        bytes.set(new Uint8Array(scales.buffer), paddedLength(Out * In) + 4 * row);
      }
    },
  };
}
