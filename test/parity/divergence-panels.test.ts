import { expect, test } from 'vitest';

import type { OutputResult } from '../../src/parity/compare.js';
import { divergencePanels } from '../../src/parity/divergence-panels.js';
import type { CaseResult } from '../../src/parity/run.js';

const output = (name: string, relativeL2: number, limit = 1e-4): OutputResult => ({
  name,
  ok: relativeL2 <= limit,
  tolerance: { relativeL2: limit },
  relativeL2,
  maxAbs: relativeL2,
});
const result = (name: string, changes: Partial<CaseResult> = {}): CaseResult => ({
  ...{ name, module: 'internvit', status: 'ok', ok: true, seconds: 1, peakBytes: 1e9 },
  outputs: [output('last', 2e-6)],
  ...changes,
});
const trace = [output('trace.embeddings', 1e-7), output('trace.block.0', 3e-7)];
const vit = result('vit', { trace, outputs: [output('last', 2e-6), ...trace] });

test('a case alone is shown by its trace, or by its outputs when it has none', () => {
  expect(divergencePanels([vit])).toMatchObject([
    {
      title: 'vit',
      yLabel: 'relative L2',
      points: [
        { name: 'embeddings', distance: 1e-7, limit: 1e-4 },
        { name: 'block.0', distance: 3e-7, limit: 1e-4 },
      ],
    },
  ]);
  expect(divergencePanels([result('pool')])).toMatchObject([{ title: 'pool', points: [{ name: 'last' }] }]);
});

test('several cases are shown at a glance first, each by the output nearest to its limit', () => {
  const ids: OutputResult = { name: 'ids', ok: true, tolerance: { exact: true }, relativeL2: 0, maxAbs: 0 };
  const wrong: OutputResult = {
    ...ids,
    ok: false,
    relativeL2: 0.1,
    maxAbs: 1,
    problem: '1 of 9 elements differ',
  };
  const pixels: OutputResult = { ...ids, tolerance: { maxAbs: 4 }, maxAbs: 3, relativeL2: 0.01 };
  const cases = [
    vit,
    result('pool', { outputs: [output('a', 1e-5, 1e-2), output('b', 1e-6, 1e-5)] }),
    result('ids', { outputs: [ids] }),
    result('wrong', { ok: false, outputs: [ids, wrong] }),
    result('pixels', { outputs: [pixels, ids] }),
    result('broken', { ok: false, status: 'error', outputs: [], error: 'no such file' }),
  ];
  const [overview, ...others] = divergencePanels(cases);
  expect(others.map(({ title }) => title)).toEqual(['vit']);
  expect(overview?.points.map(({ name, distance }) => [name, distance])).toEqual([
    ['vit', expect.closeTo(0.02)],
    ['pool', expect.closeTo(0.1)],
    ['ids', 0],
    ['wrong', Number.POSITIVE_INFINITY],
    ['pixels', 0.75],
    ['broken', Number.NaN],
  ]);
  expect(overview?.points.map(({ problem }) => problem)).toEqual([
    ...[undefined, undefined, undefined],
    ...['1 of 9 elements differ', undefined, 'no such file'],
  ]);
  expect(overview?.points.every(({ limit }) => limit === 1 || limit === undefined)).toBe(true);
});

test('a case that could not be run is still a panel', () => {
  const broken = result('broken', { ok: false, status: 'error', outputs: [], error: 'no such file' });
  expect(divergencePanels([broken])).toMatchObject([
    { title: 'broken', points: [{ distance: Number.NaN, problem: 'no such file' }] },
  ]);
  expect(divergencePanels([])).toEqual([]);
});
