/** A tensor of a checkpoint in another element kind, some rows at a time. */
import { type FloatDType, fromFloat32, isFloatKind, toFloat32 } from './dtype.js';
import type { TensorToWrite } from './safetensors-bytes.js';
import { type DType, elementCount, type TensorInfo, type TensorSource } from './tensor-source.js';

/** Values cast or quantised at a time: 16 MB in float32. */
export const valuesAtOnce = 2 ** 22;
/** The smallest float32 that f16 rounds to ∞. */
const f16Limit = 65520;

/**
 * The tensor as `dtype`, to be written. Integers, and everything when `dtype` is undefined, stay as they are.
 *
 * @throws (while it is written) RangeError for a value that f16 cannot hold.
 */
export function castTensor(
  source: TensorSource,
  info: TensorInfo,
  dtype: FloatDType | undefined,
  signal?: AbortSignal,
): TensorToWrite {
  const { name, shape } = info;
  const target = castDType(info.dtype, dtype);
  return {
    name,
    shape,
    dtype: target,
    async *pieces() {
      for await (const bytes of bands(source, info, signal)) {
        yield target === info.dtype ? bytes : castBytes(bytes, info, target as FloatDType);
      }
    },
  };
}

/** What a tensor of kind `from` becomes when floats become `to`. */
function castDType(from: DType, to: FloatDType | undefined): DType {
  return to !== undefined && isFloatKind(from) ? to : from;
}

async function* bands(
  source: TensorSource,
  { name, shape }: TensorInfo,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const [rows, ...rest] = shape;
  if (rows === undefined) return yield await source.read(name, undefined, signal); // a scalar
  const bandRows = Math.max(1, Math.floor(valuesAtOnce / Math.max(1, elementCount(rest))));
  for (let start = 0; start < rows; start += bandRows) {
    yield await source.read(name, { start, count: Math.min(bandRows, rows - start) }, signal);
  }
}

function castBytes(bytes: Uint8Array<ArrayBuffer>, { name, dtype }: TensorInfo, to: FloatDType): Uint8Array {
  const values = toFloat32(bytes, dtype);
  if (to === 'F16') checkF16(values, name);
  return fromFloat32(values, to);
}

/** Infinities and NaNs have their patterns in f16; what would become one silently has not. */
function checkF16(values: Float32Array, name: string): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if ((value >= f16Limit || value <= -f16Limit) && Number.isFinite(value)) {
      throw new RangeError(`${name}: expected values within ±65504 for F16, got ${value}: use BF16 or F32`);
    }
  }
}
