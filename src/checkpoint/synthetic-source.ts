/** A checkpoint whose missing tensors are made by the synthetic rule: as many on disk as fit, the others at no cost. */
import { syntheticFill } from './synthetic-fill.js';
import { syntheticKey, syntheticRange } from './synthetic-weights.js';
import {
  checkTarget,
  elementCount,
  readTensor,
  rowSpan,
  type TensorInfo,
  type TensorSource,
  tensorInfo,
} from './tensor-source.js';

/** Where messages say that a tensor is. */
const RULE = 'synthetic';

/**
 * The tensors of `source`, and those of `shapes` that it lacks as bf16: the bytes that a file with them would have.
 */
export function withSyntheticTensors(
  source: TensorSource,
  shapes: ReadonlyMap<string, readonly number[]>,
  seed: number,
): TensorSource {
  const made = [...shapes]
    .filter(([name]) => !source.infos.has(name))
    .map(([name, shape]): [string, TensorInfo] => {
      return [name, { name, shape, dtype: 'BF16', byteLength: 2 * elementCount(shape), file: RULE }];
    });
  const isMade = new Set(made.map(([name]) => name));
  const fill = syntheticFill();
  const all: TensorSource = {
    description: source.description,
    infos: new Map([...source.infos, ...made]),
    read: (name, rows, signal) =>
      isMade.has(name) ? readTensor(all, name, rows, signal) : source.read(name, rows, signal),
    async readInto(name, target, rows, signal) {
      if (!isMade.has(name)) return source.readInto(name, target, rows, signal);
      const info = tensorInfo(all, name);
      const { offset, length } = rowSpan(info, rows);
      checkTarget(name, target, length);
      signal?.throwIfAborted();
      const range = syntheticRange(name, info.shape);
      await fill(target, { key: syntheticKey(name, seed), ...range, first: offset / 2 });
    },
    close: () => source.close(),
  };
  return all;
}
