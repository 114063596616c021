/** Of several samples: the median, the best, and how many of them had the core to themselves. */
import type { Sample } from './contestant/sampler.js';

/** The middle value, or the mean of the two in the middle. @throws RangeError when there is none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) throw new RangeError('expected a value, got none');
  return (low + high) / 2;
}

/** A canary that took longer than the fastest of the run by more than this was disturbed. */
const CLEAN = 1 / 0.92;

/** Share of the samples whose canaries before and after were about as fast as the fastest of all. */
export function cleanShare(samples: readonly Sample[], fastestCanary: number): number {
  const clean = samples.filter(({ canaries }) => Math.max(...canaries) <= fastestCanary * CLEAN);
  return clean.length / samples.length;
}

/** ‖a − b‖ / ‖b‖. @throws RangeError when they are not equally long. */
export function relativeL2(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new RangeError(`expected ${b.length} values, got ${a.length}`);
  let [difference, norm] = [0, 0];
  b.forEach((value, i) => {
    difference += ((a[i] ?? 0) - value) ** 2;
    norm += value ** 2;
  });
  return Math.sqrt(difference / norm);
}
