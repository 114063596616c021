import { expect, test } from 'vitest';

import type { OutputResult } from '../../src/parity/compare.js';
import { formatCase, formatSummary } from '../../src/parity/report.js';
import type { CaseResult } from '../../src/parity/run.js';

const output = (name: string, relativeL2: number, limit = 1e-4): OutputResult => ({
  name,
  ok: relativeL2 <= limit,
  tolerance: { relativeL2: limit },
  relativeL2,
  maxAbs: 2e-6,
  ...(relativeL2 > limit && { problem: 'too far' }),
});

const result = (changes: Partial<CaseResult>): CaseResult => ({
  name: 'tiny-14b/vit',
  module: 'internvit',
  status: 'ok',
  ok: true,
  outputs: [output('a', 4e-7), output('b', 2e-6, 1e-5), output('c', 5e-6)],
  seconds: 1.25,
  peakBytes: 1e9,
  ...changes,
});

const squeezed = (text: string) => text.replace(/ +/g, ' ');

test('a line tells the numbers of the output nearest to its limit', () => {
  expect(squeezed(formatCase(result({})))).toBe(
    'tiny-14b/vit 3 outputs relative L2 2.0e-6 max abs 2.0e-6 <= 1.0e-5 1.3 s ok',
  );
});

test('a failing case lists its outputs and the first divergence', () => {
  const outputs = [output('a', 4e-7), output('last', 0.3), output('trace.block.2', 0.2)];
  const failed = result({ status: 'failed', ok: false, outputs, firstDivergence: 'trace.block.2' });
  const lines = formatCase(failed).split('\n');
  expect(squeezed(lines[0] ?? '')).toMatch(/relative L2 3.0e-1 .* <= 1.0e-4 1.3 s FAIL$/);
  expect(lines.slice(1)).toEqual([
    '    last: too far',
    '    trace.block.2: too far',
    '    first divergence: trace.block.2',
  ]);
});

test('many failing outputs are counted, not listed', () => {
  const outputs = Array.from({ length: 9 }, (_, i) => output(`out.${i}`, 1));
  expect(
    formatCase(result({ status: 'failed', ok: false, outputs }))
      .split('\n')
      .at(-1),
  ).toBe('    and 3 more outputs');
});

test('an error and a missing module are one line each', () => {
  const error = result({ status: 'error', ok: false, outputs: [], error: 'manifest.json: expected JSON' });
  expect(squeezed(formatCase(error))).toBe('tiny-14b/vit FAIL manifest.json: expected JSON');
  const missing = result({ status: 'not-implemented', ok: false, outputs: [], module: 'itm' });
  expect(squeezed(formatCase(missing))).toBe('tiny-14b/vit not implemented yet: module itm');
});

test('exact outputs and pixels say what they are held to', () => {
  const exact: OutputResult = { name: 'ids', ok: true, tolerance: { exact: true }, relativeL2: 0, maxAbs: 0 };
  expect(squeezed(formatCase(result({ outputs: [exact] })))).toMatch(
    /1 outputs relative L2 0 max abs 0 exact/,
  );
  const pixels = { ...exact, tolerance: { maxAbs: 4, meanAbs: 0.5 }, maxAbs: 3 };
  expect(squeezed(formatCase(result({ outputs: [exact, pixels] })))).toMatch(
    /max abs 3.0e\+0 max abs <= 4, mean <= 0.5/,
  );
});

test('the summary counts', () => {
  const all = [
    result({}),
    result({}),
    result({ status: 'error', ok: false }),
    result({ status: 'not-implemented', ok: false }),
  ];
  expect(formatSummary(all)).toBe('2 ok, 1 failed, 1 not implemented yet');
  expect(formatSummary(all.slice(0, 2))).toBe('2 ok, 0 failed');
});
