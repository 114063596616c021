/** A checkpoint without quantised tensors: what was quantised appears as float32. */
import { isScale, readDequantized, scaleInfo } from './int8-tensor.js';
import {
  checkTarget,
  elementCount,
  type TensorInfo,
  type TensorSource,
  tensorInfo,
} from './tensor-source.js';

/** The same tensors; those that have scales as F32, without the scales. */
export function dequantized(source: TensorSource): TensorSource {
  const infos = new Map<string, TensorInfo>();
  for (const [name, info] of source.infos) {
    if (isScale(name, source.infos)) continue;
    const byteLength = 4 * elementCount(info.shape);
    infos.set(name, scaleInfo(source, info) ? { ...info, dtype: 'F32', byteLength } : info);
  }
  const floats: TensorSource = {
    description: source.description,
    infos,
    async read(name, rows, signal) {
      const info = source.infos.get(name);
      if (!info || !scaleInfo(source, info)) return source.read(name, rows, signal);
      const { buffer, byteOffset, byteLength } = await readDequantized(source, info, rows, signal);
      return new Uint8Array(buffer, byteOffset, byteLength);
    },
    async readInto(name, target, rows, signal) {
      tensorInfo(floats, name);
      const bytes = await floats.read(name, rows, signal);
      checkTarget(name, target, bytes.byteLength);
      target.set(bytes);
    },
    close: () => source.close(),
  };
  return floats;
}
