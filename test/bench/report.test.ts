import { expect, test } from 'vitest';

import { pageWith } from './report/page.js';
import { picture } from './report/picture.js';
import { digits, reachesGoal, table } from './report/table.js';
import type { Row } from './row.js';

const measured: Row = {
  ...{ name: 'gemm', threads: 2, peer: 'a & b', unit: 'GFLOPS', goal: 2 },
  measured: { ours: 61.23, theirs: 30, ratio: 2.041, best_ours: 63, best_theirs: 31.5, clean: 0.857 },
};
const missed: Row = { ...measured, goal: 2.5 };
const informing: Row = { ...measured, goal: null };
const failed: Row = { ...{ name: 'vit', threads: 1, peer: 'c', unit: 'ms', goal: 1.8 }, failure: 'it fell' };

test('the table has a line a row, all equally long, and says what was missed or failed', () => {
  const [head, rule, ...rows] = table([measured, missed, informing, failed]).trimEnd().split('\n');
  expect(cellsOf(head)).toEqual([
    ...['row', 'threads', 'peer', 'ours', 'theirs', 'unit', 'ratio', 'goal'],
    ...['best ours', 'best theirs', 'clean'],
  ]);
  expect(rule).toMatch(/^(\| -+:? )+\|$/);
  expect(rows.map(cellsOf)).toEqual([
    ['gemm', '2', 'a & b', '61.2', '30.0', 'GFLOPS', '2.04', '2.00', '63.0', '31.5', '86 %'],
    ['gemm', '2', 'a & b', '61.2', '30.0', 'GFLOPS', '2.04 (missed)', '2.50', '63.0', '31.5', '86 %'],
    ['gemm', '2', 'a & b', '61.2', '30.0', 'GFLOPS', '2.04', '', '63.0', '31.5', '86 %'],
    ['vit', '1', 'c', 'failed', '', 'ms', '', '1.80', '', '', ''],
  ]);
  expect(new Set([head, rule, ...rows].map((line) => line?.length)).size).toBe(1);
});

test('a goal is reached from its number on, and never by a row that failed', () => {
  const at = (ratio: number): Row => ({ ...measured, measured: { ...measured.measured, ratio } });
  expect([at(2), at(1.999), informing, failed].map(reachesGoal)).toEqual([true, false, undefined, false]);
});

test.each([
  [0, '0'],
  [0.00123, '0.0012'],
  [0.123456, '0.123'],
  [9.876, '9.88'],
  [98.76, '98.8'],
  [987.6, '988'],
  [98765, '98765'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
])('%d is written %s', (value, text) => {
  expect(digits(value)).toBe(text);
});

test('the picture is well-formed, with a bar and a label a row, and words for what failed', () => {
  const svg = picture([measured, missed, informing, failed]);
  const open: string[] = [];
  for (const [, close, name = '', self] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (close) expect(open.pop()).toBe(name);
    else if (!self) open.push(name);
  }
  expect(open).toEqual([]);
  expect(svg).toContain('gemm, 2 threads: a &amp; b');
  expect(svg).toContain('vit, 1 thread: c');
  expect(svg).toContain('>failed</text>');
  expect(svg.match(/height="12"/g)).toHaveLength(3);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test('bars of ratios above 1 go right of the line of 1, others left, goals and bars on one scale', () => {
  const at = (ratio: number, goal: number | null): Row => ({
    ...measured,
    goal,
    measured: { ...measured.measured, ratio },
  });
  const svg = picture([at(4, 2), at(0.5, 4), at(200, null), at(0.001, null)]);
  const bars = [...svg.matchAll(/<rect x="([\d.-]+)"[^>]*width="([\d.-]+)" height="12"/g)].map((found) =>
    found.slice(1).map(Number),
  );
  const one = Number(/M([\d.]+) [^"]*" stroke="#222"\/>/.exec(svg)?.[1]);
  const [four = [], half = [], most = [], least = []] = bars;
  expect(four[0]).toBeCloseTo(one, 0);
  expect((half[0] ?? 0) + (half[1] ?? 0)).toBeCloseTo(one, 0);
  expect(four[1]).toBeCloseTo(2 * (half[1] ?? 0), 0); // two octaves against one
  const right = (most[0] ?? 0) + (most[1] ?? 0);
  expect(right).toBeLessThanOrEqual(840);
  expect(least[0]).toBeGreaterThanOrEqual(430);
});

test('a page keeps what stands around the marks', () => {
  const marked = (between: string) =>
    `# Speed\n\n<!-- bench: from here to the end mark, npm run bench -- --markdown writes -->${between}<!-- bench: end -->\n\nMore.\n`;
  const once = pageWith(marked('\n'), 'first\n');
  expect(once).toBe(marked('\n\nfirst\n\n'));
  expect(pageWith(once, 'second')).toBe(marked('\n\nsecond\n\n'));
  expect(() => pageWith('# Speed\n', 'x')).toThrow('bench: end');
});

const cellsOf = (line = ''): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
