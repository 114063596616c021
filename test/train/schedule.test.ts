import { describe, expect, test } from 'vitest';

import { learningRate, type Schedule } from '../../src/train/schedule.js';
import { readJson } from './reference-case.js';

interface ReferenceSchedule {
  readonly name: string;
  readonly kind: Schedule['kind'];
  readonly peak: number;
  readonly warmup_steps: number;
  readonly total_steps: number;
  readonly warmup_ratio?: number;
  readonly warmup_init?: number;
  readonly power?: number;
  readonly min_lr?: number;
  readonly steps: number[];
  readonly lr: number[];
}

function scheduleOf(reference: ReferenceSchedule): Schedule {
  const { kind, peak, warmup_steps: warmupSteps, total_steps: totalSteps } = reference;
  const {
    warmup_ratio: warmupRatio = 0,
    warmup_init: warmupInit = 0,
    power = 1,
    min_lr: minLr = 0,
  } = reference;
  const base = { peak, warmupSteps, totalSteps };
  if (kind === 'poly-linear-warmup') return { kind, ...base, warmupRatio, power, minLr };
  if (kind === 'timm-cosine') return { kind, ...base, warmupInit, minLr };
  return { kind, ...base };
}

const { schedules } = await readJson<{ schedules: ReferenceSchedule[] }>('training/schedules', 'data.json');

test.each(schedules.map((reference) => [reference.name, reference] as const))('%s', (_name, reference) => {
  const schedule = scheduleOf(reference);
  reference.steps.forEach((step, i) => {
    const expected = reference.lr[i] ?? Number.NaN;
    expect(Math.abs(learningRate(schedule, step) - expected), `step ${step}`).toBeLessThanOrEqual(
      1e-9 * expected,
    );
  });
});

describe('cosine with warm-up', () => {
  const schedule = {
    kind: 'cosine-with-warmup',
    peak: 2,
    warmupSteps: 4,
    totalSteps: 20,
    final: 0.01,
  } as const;

  test('rises to the peak and ends at its final share', () => {
    expect([0, 2, 4, 12, 20, 99].map((step) => learningRate(schedule, step))).toEqual([
      0,
      1,
      2,
      2 * (0.01 + 0.99 * 0.5),
      0.02,
      0.02,
      // biome-ignore format: one row a step
    ]);
  });

  test('refuses a step that is not a count', () => {
    expect(() => learningRate(schedule, -1)).toThrow('expected a step of 0 or more, got -1');
    expect(() => learningRate(schedule, 0.5)).toThrow(RangeError);
  });
});
