/** The loss of a training run in some lines of a terminal. */
import { condensed, spark } from '../visual/spark.js';
import { meanLosses, WINDOW } from './loss-curve.js';
import type { LogRecord } from './train-log.js';

const HEIGHT = 6;
const NUMBER = 7; // of a loss, beside the first line and the last

/**
 * The means of some steps as columns from the least (bottom) to the largest.
 *
 * @throws RangeError when no step has a finite loss.
 */
export function lossLines(records: readonly LogRecord[], columns: number): string[] {
  const means = condensed(
    meanLosses(records).map(([, loss]) => loss),
    columns - NUMBER - 1,
  );
  const finite = means.filter(Number.isFinite);
  if (finite.length === 0) throw new RangeError('expected a step with a finite loss, got none');
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const lines = spark(
    means.map((loss) => (loss - low) / (high - low || 1)),
    HEIGHT,
  );
  const number = (i: number): string => (i === 0 ? high.toFixed(3) : i === HEIGHT - 1 ? low.toFixed(3) : '');
  const steps = `${records[0]?.step ?? 0} … ${records.at(-1)?.step ?? 0}`;
  return [
    ...lines.map((line, i) => `${number(i).padStart(NUMBER)} ${line}`.trimEnd()),
    `${' '.repeat(NUMBER)} steps ${steps}, loss as the mean of ${WINDOW}`,
  ];
}
