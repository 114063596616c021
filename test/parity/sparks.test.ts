import { expect, test } from 'vitest';

import type { OutputResult } from '../../src/parity/compare.js';
import type { CaseResult } from '../../src/parity/run.js';
import { sparkLine } from '../../src/parity/sparks.js';
import { columnsOf } from '../../src/visual/columns.js';

const output = (name: string, relativeL2: number, changes: Partial<OutputResult> = {}): OutputResult => ({
  ...{ name, relativeL2, maxAbs: 0, tolerance: { relativeL2: 1e-4 }, ok: true },
  ...changes,
});
const result = (changes: Partial<CaseResult>): CaseResult => ({
  ...{ name: 'a/case', module: 'm', status: 'ok', ok: true, outputs: [], seconds: 1, peakBytes: 1 },
  ...changes,
});

test('each trace point is a column, full at its limit, an eighth at a ten-thousandth of it', () => {
  const trace = [1e-9, 1e-8, 1e-6, 1e-5, 1e-4, 1, Number.NaN].map((distance, i) =>
    output(`trace.block.${i}`, distance),
  );
  expect(sparkLine(result({ trace }), 80)).toBe('  ▁▁▄▆██?  block.0 … block.6');
});

test('a case without a trace is told by its outputs', () => {
  const ids = output('ids', 0, { tolerance: { exact: true } });
  expect(sparkLine(result({ outputs: [ids] }), 80)).toBe('  ▁  ids');
  const pixels = output('decoded', 0.1, { maxAbs: 4, tolerance: { maxAbs: 4 } });
  expect(sparkLine(result({ outputs: [ids, pixels] }), 80)).toBe('  ▁█  ids … decoded');
  expect(sparkLine(result({ status: 'error', error: 'no such file' }), 80)).toBe('  ? a/case');
});

test('a long trace fits the terminal', () => {
  const trace = Array.from({ length: 300 }, (_, i) => output(`trace.layer.${i}.self_attn`, 1e-7));
  for (const columns of [20, 40, 80, 200]) {
    expect(columnsOf(sparkLine(result({ trace }), columns))).toBeLessThanOrEqual(columns);
  }
});
