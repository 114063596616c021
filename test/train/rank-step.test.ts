import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { TrainingConfig } from '../../src/train/config.js';
import { joinGroup, type RankGroup, sharedBuffers } from '../../src/train/rank-group.js';
import { rankStep } from '../../src/train/rank-step.js';
import { type StageModel, stageOf } from '../../src/train/stage.js';
import { openModelOf } from '../../src/train/starting-values.js';
import { type TinyData, tinyData, tinyStage1, tinyStage2 } from './tiny-run.js';

let tiny: TinyData;
beforeAll(async () => {
  tiny = await tinyData();
});

const parameterCount = ({ learned }: StageModel) =>
  [...learned.values()].reduce((n, { variable }) => n + variable.size, 0);
const exchange = (config: TrainingConfig) => stageOf(config).exchange(tiny.data.concepts.length);
const groupOf = (config: TrainingConfig, model: StageModel, rank = 0) =>
  joinGroup(sharedBuffers(config, parameterCount(model), exchange(config)), rank);

interface Pass {
  readonly losses: Readonly<Record<string, number>>;
  readonly gradient: Float32Array;
}

/**
 * Two ranks, one after the other: the first round notes what each gathers (the fellow's rows are still zeros), the
 * second hands out what was noted.
 */
function twoRanks(config: TrainingConfig, model: StageModel): readonly Pass[] {
  const noted = new Map<number, Float32Array<ArrayBuffer>>();
  const pass = (rank: number): Pass => {
    const group: RankGroup = {
      ...groupOf(config, model, rank),
      gather(what, local) {
        const all = noted.get(what) ?? new Float32Array(2 * local.length);
        all.set(local, rank * local.length);
        noted.set(what, all);
        return Float32Array.from(all);
      },
    };
    const losses = rankStep(model, group, () => model.losses(group, tiny.data, 0));
    return { losses, gradient: Float32Array.from(group.gradientOf(rank)) };
  };
  [0, 1].map(pass);
  return [0, 1].map(pass);
}

/** What the ranks minimise together: what they share counts once, the rest is the mean of theirs. */
function jointLoss(passes: readonly Pass[]): number {
  const [first, second] = passes.map(({ losses }) => losses);
  const { total = 0, matching, generation } = first ?? {};
  if (matching === undefined || generation === undefined) return total;
  return total + ((second?.matching ?? 0) + (second?.generation ?? 0)) / 2;
}

/** (L(p + h·g) − L(p − h·g)) / (2h·|g|²), which is 1 when g is the gradient of L. */
function slopeRatio(model: StageModel, gradient: Float32Array, loss: () => number): number {
  const step = 3e-3 / Math.hypot(...gradient);
  const at = (h: number): number => {
    let offset = 0;
    for (const { variable } of model.learned.values()) {
      const moved = variable.dataSync().map((value, i) => value + h * (gradient[offset + i] ?? 0));
      tf.tidy(() => variable.assign(tf.tensor(moved, variable.shape)));
      offset += variable.size;
    }
    return loss();
  };
  const difference = at(step) - at(-2 * step);
  at(step); // back
  return difference / (2 * step * gradient.reduce((sum, g) => sum + g * g, 0));
}

const nothing = { gathered: 0, memory: [] };

describe('ranks', () => {
  const calm = { imagePhases: [{ until: 1, side: 8, dropTokens: 0 }], dropPathRate: 0 };
  const configs = [
    { ...tinyStage1, ...calm, ranks: 2 },
    { ...tinyStage2, ranks: 2 },
  ] as const;

  test.each(configs)(
    'of stage $stage have gradients that add up to that of their joint loss',
    async (config) => {
      const model = await openModelOf(config);
      const passes = twoRanks(config, model);
      const [first, second] = passes.map(({ gradient }) => gradient);
      const sum = (first ?? new Float32Array()).map((value, i) => value + (second?.[i] ?? 0));
      expect(slopeRatio(model, sum, () => jointLoss(twoRanks(config, model)))).toBeCloseTo(1, 2);
    },
  );

  test('see the same contrast', async () => {
    const [config] = configs;
    const [first, second] = twoRanks(config, await openModelOf(config));
    expect(first?.losses.total).toBeCloseTo(second?.losses.total ?? 0, 5);
  });

  test.each([tinyStage1, tinyStage2])('of stage $stage leave no tensor behind', async (stage) => {
    const model = await openModelOf(stage);
    const alone = groupOf(stage, model);
    expect(() => rankStep(model, alone, () => model.losses(alone, tiny.data, 0))).toKeep(0);
  });

  test('learn that another one has failed instead of waiting for it', () => {
    const buffers = sharedBuffers({ ...tinyStage1, ranks: 2 }, 8, nothing);
    joinGroup(buffers, 1).fail();
    expect(() => joinGroup(buffers, 0).barrier()).toThrow('a training rank has failed');
  });

  test('do not wait for ever for one that is gone', () => {
    const group = joinGroup(sharedBuffers({ ...tinyStage1, ranks: 2 }, 8, nothing), 0, 20);
    expect(() => group.barrier()).toThrow('a training rank did not answer within 0.02 s');
  });

  test('must divide the batch', () => {
    expect(() => sharedBuffers({ ...tinyStage1, ranks: 3 }, 8, nothing)).toThrow(
      'divides the batch of 4, got 3',
    );
  });
});
