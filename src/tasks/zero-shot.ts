/**
 * Zero-shot classification: which of these words fits the picture?
 *
 * Each label is put into every template; the unit vectors of its sentences are averaged and made unit again.
 * A picture belongs to the label whose vector has the largest cosine with the picture's.
 *
 * Paper: §4.3.   Official code: `clip_benchmark/metrics/zeroshot_classification.py`.
 */
import { type Embeddings, embeddingsOf, rowAt } from './embeddings.js';
import { cosines, largest, tableRow } from './similarity.js';
import { checkTemplates, fillTemplate } from './templates.js';

export interface Prediction {
  readonly label: string;
  /** Probability among the given labels: the softmax of the logits. */
  readonly score: number;
  readonly cosine: number;
  /** exp(logitScale) · cosine */
  readonly logit: number;
}

/** Sentences encoded in one call: 4096 vectors of 768 numbers are 13 MB. */
const SENTENCES_AT_ONCE = 4096;

/**
 * One unit vector a label: unit(mean over templates of unit(encode(template(label)))) : K labels → [K, E].
 */
export async function labelEmbeddings(
  embed: (texts: readonly string[]) => Promise<Embeddings>,
  labels: readonly string[],
  templates: readonly string[],
): Promise<Embeddings> {
  checkLabels(labels);
  checkTemplates(templates);
  const labelsAtOnce = Math.max(1, Math.floor(SENTENCES_AT_ONCE / templates.length));
  const means: Float32Array[] = [];
  let width = 0;
  for (let start = 0; start < labels.length; start += labelsAtOnce) {
    const some = labels.slice(start, start + labelsAtOnce);
    const sentences = await embed(some.flatMap((label) => templates.map((t) => fillTemplate(t, label))));
    width = sentences.width;
    means.push(...some.map((_, k) => meanOfRows(sentences, k * templates.length, templates.length)));
  }
  const raw = new Float32Array(labels.length * width);
  for (const [k, mean] of means.entries()) raw.set(mean, k * width);
  return embeddingsOf(raw, width);
}

/** The `top` best labels of each picture, best first: [B, E], [K, E] → B lists. */
export async function predict(
  pictures: Embeddings,
  labels: readonly string[],
  classifier: Embeddings,
  { logitScale, top = labels.length }: { readonly logitScale: number; readonly top?: number | undefined },
): Promise<Prediction[][]> {
  if (classifier.rows !== labels.length) {
    throw new RangeError(`expected ${labels.length} label embeddings, got ${classifier.rows}`);
  }
  const table = await cosines(pictures, classifier);
  return Array.from({ length: table.rows }, (_, i) => {
    const cosine = tableRow(table, i);
    const logits = cosine.map((value) => logitScale * value);
    const scores = softmax(logits);
    return largest(logits, top).map((k) => ({
      label: labels[k] ?? '',
      score: scores[k] ?? 0,
      cosine: cosine[k] ?? 0,
      logit: logits[k] ?? 0,
    }));
  });
}

/**
 * @throws RangeError for an empty list or an empty label. A label that stands twice is allowed, as in
 * ImageNet.
 */
export function checkLabels(labels: readonly string[]): void {
  if (labels.length === 0) throw new RangeError('expected at least one label, got none');
  const empty = labels.findIndex((label) => label.trim() === '');
  if (empty >= 0) throw new RangeError(`label ${empty + 1}: expected text, got nothing`);
}

/** exp(x − max) / Σ exp(x − max) */
function softmax(logits: Float32Array): number[] {
  const max = logits.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const powers = Array.from(logits, (logit) => Math.exp(logit - max));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

function meanOfRows(embeddings: Embeddings, start: number, count: number): Float32Array {
  const mean = new Float64Array(embeddings.width);
  for (let row = start; row < start + count; row++) {
    for (const [i, value] of rowAt(embeddings, row).entries()) mean[i] = (mean[i] ?? 0) + value / count;
  }
  return Float32Array.from(mean);
}
