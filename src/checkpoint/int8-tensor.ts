/**
 * Quantised tensors of a checkpoint: an I8 tensor `X.weight` [Out, In] with `X.weight_scale` [Out, 1] beside it.
 *
 * Names and shapes are those of the format `int-quantized` of compressed-tensors, which the transformers library
 * reads.
 */
import { isKernelKind, toFloat32 } from './dtype.js';
import type { StoredMatrix } from './float-source.js';
import { dequantizeRows } from './int8.js';
import {
  checkTarget,
  elementCount,
  type Rows,
  rowSpan,
  type TensorInfo,
  type TensorSource,
} from './tensor-source.js';

/** The name of the scales of tensor `name`. */
export const scaleName = (name: string): string => `${name}_scale`;

/** Whether a tensor is the scales of an I8 tensor beside it: no parameter of the model. */
export function isScale(name: string, infos: TensorSource['infos']): boolean {
  return name.endsWith('_scale') && infos.get(name.slice(0, -'_scale'.length))?.dtype === 'I8';
}

/** The scales of a quantised tensor; undefined when it is none, or an I8 tensor without scales. */
export function scaleInfo(source: TensorSource, { name, dtype }: TensorInfo): TensorInfo | undefined {
  return dtype === 'I8' ? source.infos.get(scaleName(name)) : undefined;
}

/** Values of an I8 tensor or of some of its rows: q · scale in float32. @throws as `checkScales`. */
export async function readDequantized(
  source: TensorSource,
  info: TensorInfo,
  rows?: Rows,
  signal?: AbortSignal,
): Promise<Float32Array<ArrayBuffer>> {
  const scales = await readScales(source, info, rows, signal);
  const { buffer, byteOffset, length } = await source.read(info.name, rows, signal);
  return dequantizeRows(new Int8Array(buffer, byteOffset, length), scales, rowLength(info));
}

/**
 * An I8 tensor, or some of its rows, as kernels read it: the matrix, padded to a multiple of 4 bytes, then a float32
 * scale for each row.
 *
 * @throws as `checkScales`.
 */
export function int8Matrix(source: TensorSource, info: TensorInfo, rows?: Rows): StoredMatrix {
  checkScales(source, info);
  return {
    kind: 'I8',
    async fill(bytes, signal) {
      const scales = await readScales(source, info, rows, signal);
      const { length } = rowSpan(info, rows);
      const matrixBytes = paddedLength(length);
      checkTarget(info.name, bytes, matrixBytes + scales.byteLength);
      bytes.fill(0, length, matrixBytes);
      bytes.set(new Uint8Array(scales.buffer, scales.byteOffset, scales.byteLength), matrixBytes);
      await source.readInto(info.name, bytes.subarray(0, length), rows, signal);
    },
  };
}

/** Bytes of an int8 matrix with the padding before its scales. */
export const paddedLength = (bytes: number): number => Math.ceil(bytes / 4) * 4;

/**
 * @throws Error when the tensor has no scales, TypeError when they are no floats, RangeError when there is not one
 *   for each row.
 */
function checkScales(source: TensorSource, info: TensorInfo): TensorInfo {
  const { name, shape, file } = info;
  const scale = scaleInfo(source, info);
  const [rows = 1] = shape;
  if (!scale) {
    throw new Error(
      `${name}: expected ${scaleName(name)} beside a tensor of kind I8 (${file}), got no such tensor: ` +
        'quantize the original weights again with internvl convert --quantize int8',
    );
  }
  if (!isKernelKind(scale.dtype)) {
    throw new TypeError(`${scale.name}: expected F32, F16 or BF16, got ${scale.dtype} (${scale.file})`);
  }
  const isColumn = scale.shape.length === 1 || (scale.shape.length === 2 && scale.shape[1] === 1);
  if (!isColumn || scale.shape[0] !== rows) {
    const got = `[${scale.shape.join(', ')}] (${scale.file})`;
    throw new RangeError(
      `${scale.name}: expected [${rows}, 1], one scale for each row of ${name}, got ${got}`,
    );
  }
  return scale;
}

async function readScales(
  source: TensorSource,
  info: TensorInfo,
  rows?: Rows,
  signal?: AbortSignal,
): Promise<Float32Array<ArrayBuffer>> {
  const { name, dtype, file } = checkScales(source, info);
  const scales = toFloat32(await source.read(name, rows, signal), dtype);
  const wrong = scales.findIndex((scale) => !(scale >= 0 && scale < Number.POSITIVE_INFINITY));
  if (wrong >= 0) {
    const row = (rows?.start ?? 0) + wrong;
    throw new RangeError(
      `${name}: expected finite scales from 0 on, got ${scales[wrong]} for row ${row} (${file})`,
    );
  }
  return scales;
}

const rowLength = ({ shape }: TensorInfo): number => elementCount(shape.slice(1));
