/** A checkpoint as float32 values, with an account of what was read. */
import { toFloat32 } from './dtype.js';
import { isIgnoredName } from './names.js';
import type { FloatSource } from './scope.js';
import { type TensorSource, tensorInfo } from './tensor-source.js';

export interface CheckpointWeights extends FloatSource {
  /** Tensors that nobody has read, without those that are knowingly ignored (`isIgnoredName`). */
  unread(): string[];
}

/** The tensors of `source` decoded to float32. The shape asked for must be the shape in the file. */
export function checkpointWeights(source: TensorSource): CheckpointWeights {
  const seen = new Set<string>();
  return {
    shapeOf: (name) => source.infos.get(name)?.shape,
    async read(name, shape, rows) {
      const info = tensorInfo(source, name);
      if (info.shape.length !== shape.length || info.shape.some((size, axis) => size !== shape[axis])) {
        const got = `[${info.shape.join(', ')}] (${info.file})`;
        throw new RangeError(`${name}: expected [${shape.join(', ')}], got ${got}`);
      }
      seen.add(name);
      return toFloat32(await source.read(name, rows), info.dtype);
    },
    unread: () => [...source.infos.keys()].filter((name) => !seen.has(name) && !isIgnoredName(name)),
  };
}
