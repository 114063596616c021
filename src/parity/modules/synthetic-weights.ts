/**
 * Module `synthetic-weights`: the rule that makes weights, against its test vectors (keys, values, sums,
 * digests).
 */
import { createHash } from 'node:crypto';
import * as v from 'valibot';

import { fromFloat32 } from '../../checkpoint/dtype.js';
import {
  fnv1a32,
  syntheticKey,
  syntheticRange,
  syntheticValues,
} from '../../checkpoint/synthetic-weights.js';
import { elementCount } from '../../checkpoint/tensor-source.js';
import { judge, judgeEqual } from '../compare.js';
import type { ModuleRunner } from '../runner.js';

const vector = v.object({
  seed: v.number(),
  name: v.string(),
  shape: v.array(v.number()),
  fnv1a32: v.number(),
  key: v.number(),
  scale: v.number(),
  offset: v.number(),
  first: v.array(v.number()),
  last: v.array(v.number()),
  sum: v.number(),
  sha256_bf16_le: v.string(),
});
const schema = v.object({ weights: v.array(vector), inputs: v.array(vector) });
type Vector = v.InferOutput<typeof vector>;

const chunk = 2 ** 20; // values made at a time: the largest tensor has 204,611,584
const sumTolerance = 1e-9; // sums of float64 in another order

export const syntheticWeightsRunner: ModuleRunner = {
  params: [],
  async run(parityCase, { signal }) {
    const { weights, inputs } = await parityCase.data(schema);
    const expected = [...weights, ...inputs];
    const actual: Vector[] = [];
    for (const each of expected) {
      signal?.throwIfAborted();
      const range = weights.includes(each) ? syntheticRange(each.name, each.shape) : each;
      actual.push(vectorOf(each, range));
    }
    const named = (key: keyof Vector) => (each: Vector) => [each.name, each[key]];
    const equal = (key: keyof Vector) => judgeEqual(key, actual.map(named(key)), expected.map(named(key)));
    const sums = (vectors: Vector[]) => ({ shape: [vectors.length], data: vectors.map((each) => each.sum) });
    const keys = ['fnv1a32', 'key', 'scale', 'offset', 'first', 'last', 'sha256_bf16_le'] as const;
    const sum = judge('sum', sums(actual), sums(expected), { relativeL2: sumTolerance });
    return { judged: [...keys.map(equal), sum] };
  },
};

/** The test vector that our rule gives for the tensor of `expected`. */
function vectorOf(expected: Vector, { scale, offset }: { scale: number; offset: number }): Vector {
  const { name, seed, shape } = expected;
  const key = syntheticKey(name, seed);
  const count = elementCount(shape);
  const values = (start: number, length: number) =>
    syntheticValues(key, scale, offset, { start, count: length });
  const hash = createHash('sha256');
  let sum = 0;
  for (let start = 0; start < count; start += chunk) {
    const part = values(start, Math.min(chunk, count - start));
    for (const value of part) sum += value;
    hash.update(fromFloat32(part, 'BF16'));
  }
  const lastCount = expected.last.length;
  return {
    ...{ seed, name, shape, key, scale, offset, sum },
    fnv1a32: fnv1a32(name),
    first: [...values(0, Math.min(expected.first.length, count))],
    last: [...values(count - lastCount, lastCount)],
    sha256_bf16_le: hash.digest('hex'),
  };
}
