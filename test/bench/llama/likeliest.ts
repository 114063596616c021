/** What the sides agree on before they are timed: the tokens that come next most likely. */
import { config } from './weights.js';

export const COUNT = 8;

/** A token and its probability. */
export type Likely = readonly [id: number, probability: number];

/** The likeliest tokens by their scores [V]. */
export function likeliest(logits: Float32Array): Likely[] {
  const most = logits.reduce((best, score) => Math.max(best, score), Number.NEGATIVE_INFINITY);
  const powers = Array.from(logits, (score, id): Likely => [id, Math.exp(score - most)]);
  const sum = powers.reduce((total, [, power]) => total + power, 0);
  const sorted = powers.sort(([, a], [, b]) => b - a).slice(0, COUNT);
  return sorted.map(([id, power]) => [id, power / sum]);
}

/** Their probabilities, each at the place of its token: [V], 0 elsewhere. */
export function placed(tokens: readonly Likely[]): Float32Array {
  const all = new Float32Array(config.vocabSize);
  for (const [id, probability] of tokens) all[id] = probability;
  return all;
}

/**
 * How far two such results may be apart (relative L2). Who rounds activations to 8 bits, as llama.cpp, may exchange
 * the last tokens: 0.35 each. Models that differ have no token in common: 1.4.
 */
export const WITHIN = 0.6;
