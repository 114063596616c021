/** A checkpoint as float32 values, with an account of what was read. */
import { isKernelKind, toFloat32 } from './dtype.js';
import { convertedMatrix, type FloatSource } from './float-source.js';
import { int8Matrix, isScale, readDequantized } from './int8-tensor.js';
import { isIgnoredName } from './names.js';
import { type TensorInfo, type TensorSource, tensorInfo } from './tensor-source.js';

export interface CheckpointWeights extends FloatSource {
  /**
   * Tensors that nobody has read, without those that are knowingly ignored (`isIgnoredName`) and the scales of
   * quantised tensors, which are read with these.
   */
  unread(): string[];
}

/**
 * The tensors of `source`, decoded to float32 or as they are stored. Quantised tensors are read with
 * their scales. The shape asked for must be the shape in the file.
 */
export function checkpointWeights(source: TensorSource): CheckpointWeights {
  const seen = new Set<string>();
  const infoFor = (name: string, shape: readonly number[]): TensorInfo => {
    const info = tensorInfo(source, name);
    checkShape(info, shape);
    seen.add(name);
    return info;
  };
  const isNoWeight = (name: string): boolean => isIgnoredName(name) || isScale(name, source.infos);
  const weights: CheckpointWeights = {
    shapeOf: (name) => source.infos.get(name)?.shape,
    async read(name, shape, rows, signal) {
      const info = infoFor(name, shape);
      if (info.dtype === 'I8') return readDequantized(source, info, rows, signal);
      return toFloat32(await source.read(name, rows, signal), info.dtype);
    },
    stored(name, shape, rows) {
      const info = infoFor(name, shape);
      const { dtype } = info;
      if (dtype === 'I8') return int8Matrix(source, info, rows);
      if (!isKernelKind(dtype)) return convertedMatrix(weights, name, shape, rows);
      return { kind: dtype, fill: (bytes, signal) => source.readInto(name, bytes, rows, signal) };
    },
    unread: () => [...source.infos.keys()].filter((name) => !seen.has(name) && !isNoWeight(name)),
  };
  return weights;
}

function checkShape(info: TensorInfo, shape: readonly number[]): void {
  if (info.shape.length === shape.length && info.shape.every((size, axis) => size === shape[axis])) return;
  const got = `[${info.shape.join(', ')}] (${info.file})`;
  throw new RangeError(`${info.name}: expected [${shape.join(', ')}], got ${got}`);
}
