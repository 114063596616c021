/** Module `schedule`: learning rates at listed steps. */
import * as v from 'valibot';

import { learningRate, type Schedule } from '../../train/schedule.js';
import { judge } from '../compare.js';
import type { ModuleRunner } from '../runner.js';

const common = {
  name: v.string(),
  peak: v.number(),
  warmup_steps: v.number(),
  total_steps: v.number(),
  steps: v.array(v.number()),
  lr: v.array(v.number()),
};
const schedule = v.variant('kind', [
  v.object({ kind: v.literal('cosine-with-warmup'), ...common }),
  v.object({ kind: v.literal('deepspeed-warmup-decay'), ...common }),
  v.object({
    kind: v.literal('poly-linear-warmup'),
    ...common,
    warmup_ratio: v.number(),
    power: v.number(),
    min_lr: v.number(),
  }),
  v.object({ kind: v.literal('timm-cosine'), ...common, warmup_init: v.number(), min_lr: v.number() }),
]);
const schema = v.object({ tolerance: v.object({ relative: v.number() }), schedules: v.array(schedule) });
type Listed = v.InferOutput<typeof schedule>;

/**
 * The tolerance is relative to the peak: near the end of a cosine 1 + cos(x) has lost most of its digits, in
 * the original as well.
 */
export const scheduleRunner: ModuleRunner = {
  params: [],
  async run(parityCase) {
    const { tolerance, schedules } = await parityCase.data(schema);
    const judged = schedules.map((listed) => {
      const shape = [listed.steps.length];
      const actual = { shape, data: listed.steps.map((step) => learningRate(scheduleOf(listed), step)) };
      const limits = { relativeL2: tolerance.relative, maxAbs: tolerance.relative * listed.peak };
      return judge(listed.name, actual, { shape: [listed.lr.length], data: listed.lr }, limits);
    });
    return { judged };
  },
};

function scheduleOf(listed: Listed): Schedule {
  const { peak, warmup_steps: warmupSteps, total_steps: totalSteps } = listed;
  const warmup = { peak, warmupSteps, totalSteps };
  switch (listed.kind) {
    case 'poly-linear-warmup': {
      const { kind, power, warmup_ratio: warmupRatio, min_lr: minLr } = listed;
      return { kind, ...warmup, power, warmupRatio, minLr };
    }
    case 'timm-cosine':
      return { kind: listed.kind, ...warmup, warmupInit: listed.warmup_init, minLr: listed.min_lr };
    default:
      return { kind: listed.kind, ...warmup };
  }
}
