/** The loss of training runs, as a picture. */
import type { Drawing, Point } from '../visual/drawing.js';
import { type Curve, lineChart } from '../visual/line-chart.js';
import type { LogRecord } from './train-log.js';

/** Steps of which a mean is drawn. */
export const WINDOW = 50;

/**
 * The loss over the steps: every value pale, the mean of `window` steps strong.
 *
 * @throws RangeError when no step has a finite loss.
 */
export function lossCurve(records: readonly LogRecord[], title: string, window = WINDOW): Drawing {
  const points = lossesOf(records);
  const mean = { label: `mean of ${window} steps`, points: thinned(runningMean(points, window)) };
  const curves = [{ label: 'loss', points: thinned(points), pale: true }, mean];
  return lineChart({ title, xLabel: 'step', yLabel: 'loss', curves });
}

/**
 * The losses of several runs in one picture, each as the mean of `window` steps.
 *
 * @throws RangeError when no step has a finite loss.
 */
export function lossCurves(
  runs: readonly { name: string; records: readonly LogRecord[] }[],
  window = WINDOW,
): Drawing {
  const curves = runs.map(
    ({ name, records }): Curve => ({ label: name, points: thinned(meanLosses(records, window)) }),
  );
  return lineChart({ title: `Means of ${window} steps`, xLabel: 'step', yLabel: 'loss', curves });
}

/** The mean of the last `window` finite losses at each step. */
export function meanLosses(records: readonly LogRecord[], window = WINDOW): Point[] {
  return runningMean(lossesOf(records), window);
}

function lossesOf(records: readonly LogRecord[]): Point[] {
  return records.map(({ step, loss = Number.NaN }): Point => [step, loss]);
}

/** At most some thousand points, evenly taken, the last among them: no more can be told apart on paper. */
function thinned(points: readonly Point[]): readonly Point[] {
  const every = Math.ceil(points.length / 1000);
  return points.filter((_, i) => (points.length - 1 - i) % every === 0);
}

/** Mean of up to `window` finite values that end at each point. */
export function runningMean(points: readonly Point[], window: number): Point[] {
  return points.map(([x], i): Point => {
    const values = points.slice(Math.max(0, i + 1 - window), i + 1).map(([, y]) => y);
    const finite = values.filter(Number.isFinite);
    return [x, finite.reduce((sum, y) => sum + y, 0) / finite.length];
  });
}
