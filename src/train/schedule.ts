/**
 * Learning rates by step. Steps are counted from 0; the rate is the one that the step is made with.
 *
 * Paper: cosine with warm-up for all stages. The other kinds are what the released scripts really run.
 */
interface Warmup {
  readonly peak: number;
  readonly warmupSteps: number;
  readonly totalSteps: number;
}

/** Linear from 0, then half a cosine to `final` (a share of the peak, 0 by default). Source: transformers. */
export interface CosineWithWarmup extends Warmup {
  readonly kind: 'cosine-with-warmup';
  readonly final?: number;
}

/** Logarithmic from 0, then linear to 0. Source: DeepSpeed's `WarmupDecayLR`, of the fine-tuning configs. */
export interface DeepSpeedWarmupDecay extends Warmup {
  readonly kind: 'deepspeed-warmup-decay';
}

/** (1 − step/total)^power to `minLr`, at first damped from `warmupRatio` on. Source: mmcv 1.x (ADE20K). */
export interface PolyLinearWarmup extends Warmup {
  readonly kind: 'poly-linear-warmup';
  readonly warmupRatio: number;
  readonly power: number;
  readonly minLr: number;
}

/** Linear from `warmupInit`, then the whole run's cosine where it stands. Source: timm (linear probe). */
export interface TimmCosine extends Warmup {
  readonly kind: 'timm-cosine';
  readonly warmupInit: number;
  readonly minLr: number;
}

export type Schedule = CosineWithWarmup | DeepSpeedWarmupDecay | PolyLinearWarmup | TimmCosine;

/**
 * The learning rate of optimisation step `step`.
 *
 * @throws RangeError for a step that is not an integer ≥ 0.
 */
export function learningRate(schedule: Schedule, step: number): number {
  if (!Number.isInteger(step) || step < 0) throw new RangeError(`expected a step of 0 or more, got ${step}`);
  switch (schedule.kind) {
    case 'cosine-with-warmup':
      return cosineWithWarmup(schedule, step);
    case 'deepspeed-warmup-decay':
      return deepSpeedWarmupDecay(schedule, step);
    case 'poly-linear-warmup':
      return polyLinearWarmup(schedule, step);
    case 'timm-cosine':
      return timmCosine(schedule, step);
  }
}

/** ½(1 + cos(π·x)), 1 at 0 and 0 from 1 on. */
const halfCosine = (x: number): number => (x >= 1 ? 0 : 0.5 * (1 + Math.cos(Math.PI * x)));

function cosineWithWarmup(
  { peak, warmupSteps, totalSteps, final = 0 }: CosineWithWarmup,
  step: number,
): number {
  if (step < warmupSteps) return (peak * step) / warmupSteps;
  const done = (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
  return peak * (final + (1 - final) * halfCosine(done));
}

function deepSpeedWarmupDecay({ peak, warmupSteps, totalSteps }: DeepSpeedWarmupDecay, step: number): number {
  if (step < warmupSteps) return (peak * Math.log(step + 1)) / Math.log(Math.max(2, warmupSteps));
  return peak * Math.max(0, (totalSteps - step) / Math.max(1, totalSteps - warmupSteps));
}

function polyLinearWarmup(schedule: PolyLinearWarmup, step: number): number {
  const { peak, warmupSteps, totalSteps, warmupRatio, power, minLr } = schedule;
  const rate = minLr + (peak - minLr) * Math.max(0, 1 - step / totalSteps) ** power;
  if (step >= warmupSteps) return rate;
  return rate * (1 - (1 - step / warmupSteps) * (1 - warmupRatio));
}

function timmCosine(schedule: TimmCosine, step: number): number {
  const { peak, warmupSteps, totalSteps, warmupInit, minLr } = schedule;
  if (step < warmupSteps) return warmupInit + (step * (peak - warmupInit)) / warmupSteps;
  return minLr + (peak - minLr) * halfCosine(step / totalSteps);
}
