/**
 * Zero-shot classification as a number: how often the right label is the best, or among the best five. Paper:
 * §4.3.
 */
import type { Embeddings } from '../tasks/embeddings.js';
import { cosines, tableRow } from '../tasks/similarity.js';
import { type Accuracy, accuracy, rankOfTarget } from './accuracy.js';

export interface ZeroShotResult {
  readonly top1: Accuracy;
  readonly top5: Accuracy;
}

/** Judges the pictures against vectors of all labels (one row a label). */
export async function zeroShot(
  pictures: Embeddings,
  targets: readonly number[],
  labels: Embeddings,
): Promise<ZeroShotResult> {
  if (targets.length !== pictures.rows) {
    throw new RangeError(`expected a label for each of ${pictures.rows} pictures, got ${targets.length}`);
  }
  const table = await cosines(pictures, labels);
  const ranks = targets.map((target, i) => rankOfTarget(tableRow(table, i), target));
  const within = (k: number) => accuracy(ranks.filter((rank) => rank < k).length, ranks.length);
  return { top1: within(1), top5: within(5) };
}
