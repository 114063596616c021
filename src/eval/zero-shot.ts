/**
 * Zero-shot classification as a number: how often the right label is the best, or among the best five. Paper:
 * §4.3.
 */
import type { RgbImage } from '../image/rgb-image.js';
import type { Embeddings } from '../tasks/embeddings.js';
import { cosines } from '../tasks/similarity.js';
import { type Accuracy, accuracy, rankOfTarget } from './accuracy.js';

/** What can be judged: anything that turns pictures and texts into vectors of one space. */
export interface Encoder {
  encodeImage(
    pictures: readonly RgbImage[],
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<Embeddings>;
  encodeText(
    texts: readonly string[],
    options: { readonly signal?: AbortSignal | undefined },
  ): Promise<Embeddings>;
}

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
  const { data, columns } = await cosines(pictures, labels);
  const ranks = targets.map((target, i) =>
    rankOfTarget(data.subarray(i * columns, (i + 1) * columns), target),
  );
  const within = (k: number) => accuracy(ranks.filter((rank) => rank < k).length, ranks.length);
  return { top1: within(1), top5: within(5) };
}
