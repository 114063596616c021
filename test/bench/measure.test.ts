import { expect, test } from 'vitest';

import { type Contest, rounds } from './contest.js';
import { measure } from './measure.js';
import type { PretendingSettings } from './pretending.js';
import { jsonRow } from './row.js';
import { runContests } from './run-contests.js';

const quiet = { log: () => {}, update: () => {} };

const contest = (
  sides: Readonly<Record<string, PretendingSettings>>,
  more: Partial<Contest> = {},
): Contest => ({
  contestants: Object.fromEntries(
    Object.entries(sides).map(([name, settings]) => [name, { module: '../pretending', settings }]),
  ),
  turns: rounds(3, ...Object.keys(sides).map((name) => `${name}.run`)),
  rows: [
    { name: 'pretended', threads: 1, peer: 'b', unit: 'ms', goal: 2, ours: 'a.run', theirs: 'b.run' },
    { name: 'budgeted', threads: 1, peer: 'c', unit: 'ms', goal: null, ours: 'a.run', theirs: { budget: 6 } },
  ],
  ...more,
});

test('sides take turns in processes of their own, and rows come out', async () => {
  const order: string[] = [];
  const log = (text: string) => void order.push(text);
  const plan = contest({ a: { milliseconds: 1 }, b: { milliseconds: 4 } });
  const series = await measure(plan, log);
  expect(order.filter((text) => text.startsWith('sample')).map((text) => text.split(': ')[1])).toEqual(
    plan.turns,
  );
  expect(series.get('a.run')?.samples.map(({ milliseconds }) => milliseconds)).toEqual([1, 2, 3]);
  expect(series.get('b.run')?.samples.map(({ milliseconds }) => milliseconds)).toEqual([4, 8, 12]);
  expect(series.get('b.run')?.work).toBe(8);
  for (const { canaries, peakBytes } of series.get('a.run')?.samples ?? []) {
    expect(Math.min(...canaries)).toBeGreaterThan(0);
    expect(peakBytes).toBeGreaterThan(1e7);
  }
});

test('a contest that fails leaves its rows, and those of the others are measured', async () => {
  const good = contest({ a: { milliseconds: 1 }, b: { milliseconds: 4 } });
  const throws = contest({ a: { milliseconds: 1 }, b: { milliseconds: 1, ends: 'throws' } });
  const exits = contest({ a: { milliseconds: 1, ends: 'exits' }, b: { milliseconds: 1 } });
  const rows = (await runContests([throws, good, exits], quiet)).map(jsonRow);
  expect(rows.map(({ ratio }) => ratio)).toEqual([null, null, 4, 3, null, null]);
  expect(rows[0]?.failure).toBe('b, run: RangeError: no more');
  expect(rows[4]?.failure).toContain('a, run: its process ended with 3');
});

test('outputs that differ are refused before anything is timed', async () => {
  const sides = {
    a: { milliseconds: 1, outputs: { y: [3, 4] } },
    b: { milliseconds: 1, outputs: { y: [3, 4.5], z: [3, 4.001] } },
  };
  const agreeing = (output: string, within: number) =>
    measure(contest(sides, { turns: ['a.run'], agree: [{ output, with: 'a.y', within }] }), () => {});
  await expect(agreeing('b.z', 1e-3)).resolves.toBeDefined();
  const claim = 'b.y: expected what a.y computes within 0.001, got a difference of 0.1';
  await expect(agreeing('b.y', 1e-3)).rejects.toThrow(claim);
  await expect(agreeing('b.w', 1e-3)).rejects.toThrow('expected outputs b.w and a.y');
});

test('files are made before, and a contest that cannot have them fails', async () => {
  const done: string[] = [];
  const sides = { a: { milliseconds: 1 }, b: { milliseconds: 2 } };
  await measure(contest(sides, { before: async () => void done.push('before') }), (text) => done.push(text));
  expect(done[0]).toBe('before');
  const failing = contest(sides, { before: () => Promise.reject(new Error('no room')) });
  expect((await runContests([failing], quiet)).map(jsonRow)).toMatchObject([
    { failure: 'no room' },
    { failure: 'no room' },
  ]);
});

test('a sampler or contestant that does not exist fails the contest, not the run', async () => {
  const sides = { a: { milliseconds: 1 } };
  await expect(measure(contest(sides, { turns: ['a.walk'] }), () => {})).rejects.toThrow('a, walk');
  await expect(measure(contest(sides, { turns: ['c.run'] }), () => {})).rejects.toThrow('c.run');
});
