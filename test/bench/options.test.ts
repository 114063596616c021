import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { benchOptions, helpText, planOf } from './options.js';
import { contestsOf, partsOf } from './parts.js';

const plan = { folder: tmpdir(), blocks: 4 };

test('parts are chosen by name, several times or with commas', () => {
  expect(benchOptions(['--only', 'gemm,gemv', '--only', ' training']).only).toEqual([
    'gemm',
    'gemv',
    'training',
  ]);
  expect(partsOf(plan, ['gemv', 'gemm']).map(({ name }) => name)).toEqual(['gemm', 'gemv']);
  expect(partsOf(plan, []).length).toBeGreaterThan(6);
  expect(() => partsOf(plan, ['gem'])).toThrow('--only: expected one of gemm, attention');
});

test('unknown options and arguments are refused', () => {
  expect(() => benchOptions(['--onyl', 'gemm'])).toThrow('unknown option --onyl');
  expect(() => benchOptions(['gemm'])).toThrow('expected options only, got gemm');
  expect(helpText()).toContain('--markdown FILE');
});

test('the native peer takes part where it is installed', async () => {
  const here = await planOf(benchOptions(['--blocks', '2']));
  expect(here.blocks).toBe(2);
  const named = () => planOf(benchOptions(['--native', join(tmpdir(), 'nowhere')]));
  await expect(named()).rejects.toThrow('expected onnxruntime-node in its node_modules');
  const peers = (native: object) => rowsOf({ ...plan, ...native }).map(({ peer }) => peer);
  expect(peers({})).not.toContain('onnxruntime-node');
  expect(peers({ native: '/opt' })).toContain('onnxruntime-node');
});

test('every row is named once, and names sides that take turns', () => {
  const names = rowsOf(plan).map(({ name, threads, peer }) => `${name}, ${threads}, ${peer}`);
  expect(new Set(names).size).toBe(names.length);
  for (const { contestants, turns, rows, agree = [] } of contestsOf(partsOf(plan, []))) {
    const sides = rows
      .flatMap(({ ours, theirs }) => [ours, theirs])
      .filter((side) => typeof side === 'string');
    for (const side of sides) expect(turns).toContain(side);
    const outputs = agree.flatMap((agreement) => [agreement.output, agreement.with]);
    for (const name of [...turns, ...outputs]) expect(Object.keys(contestants)).toContain(name.split('.')[0]);
  }
});

const rowsOf = (of: Parameters<typeof partsOf>[0]) => contestsOf(partsOf(of, [])).flatMap(({ rows }) => rows);
