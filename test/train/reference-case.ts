/** Reads the reference cases that the tests of training compare with. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { toFloat32 } from '../../src/checkpoint/dtype.js';
import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';

export const referenceRoot = new URL('../fixtures/reference/', import.meta.url).pathname;

/** A JSON file of a case, in the shape the test knows it to have. */
export async function readJson<T>(name: string, file: string): Promise<T> {
  return JSON.parse(await readFile(join(referenceRoot, name, file), 'utf8')) as T;
}

/** All float tensors of a case: `in.…` and `out.…`. */
export async function readTensors(name: string): Promise<Map<string, Float32Array>> {
  const source = await openCheckpoint(join(referenceRoot, name, 'tensors.safetensors'), { names: 'stored' });
  const tensors = new Map<string, Float32Array>();
  for (const [key, { dtype }] of source.infos) {
    if (dtype === 'F32') tensors.set(key, toFloat32(await source.read(key), dtype));
  }
  await source.close();
  return tensors;
}

/** ‖actual − expected‖₂ / ‖expected‖₂. */
export function relativeL2(actual: Float32Array, expected: Float32Array | undefined): number {
  if (expected === undefined || actual.length !== expected.length) return Number.NaN;
  let [difference, norm] = [0, 0];
  expected.forEach((e, i) => {
    difference += ((actual[i] ?? Number.NaN) - e) ** 2;
    norm += e * e;
  });
  return Math.sqrt(difference) / (Math.sqrt(norm) || 1);
}
