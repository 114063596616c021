/**
 * A token drawn from softmax(logits / temperature), cut to the best `topK` and then to the best that together
 * have the probability `topP`: in this order, as the logits warpers of transformers.
 */
import type { SamplingSettings } from './generation-options.js';
import { bestToken } from './greedy.js';
import { seededRandom } from './random.js';
import { TopK } from './top-k.js';

/** The best tokens of this probability are looked for among so many, then among 8 times as many, and so on. */
const FIRST_CANDIDATES = 64;

/** e^((logit − largest)/temperature) of a token, 0 of one that is not taken: its probability up to a factor. */
type Weight = (token: number) => number;

/**
 * Draws the tokens of one sample. Each takes one number of the generator: the same seed and logits give the
 * same tokens.
 */
export function tokenSampler(settings: SamplingSettings): (logits: Float32Array, banned: number) => number {
  const { temperature, topK, topP } = settings;
  const random = seededRandom(settings.seed);
  return (logits, banned) => {
    const largest = logits[bestToken(logits, banned)] as number; // a token of this row
    const weight: Weight = (token) =>
      token === banned ? 0 : Math.exp(((logits[token] as number) - largest) / temperature);
    if (topK >= logits.length && topP === 1) return drawn(logits.length, weight, random());
    const tokens = candidates(logits.length, weight, topK, topP);
    return tokens[drawn(tokens.length, (i) => weight(tokens[i] as number), random())] as number; // i < length
  };
}

/**
 * The tokens that may be drawn, best first; of equal logits, the lower. A token stays when the better ones have
 * less than `topP` of the weight of those that `topK` left; so the best always stays.
 */
function candidates(vocabSize: number, weight: Weight, topK: number, topP: number): readonly number[] {
  if (topK < vocabSize) {
    const tokens = bestTokens(vocabSize, weight, topK);
    return leading(tokens, weight, topP * sum(topK, (i) => weight(tokens[i] as number))) ?? tokens;
  }
  const enough = topP * sum(vocabSize, weight);
  for (let count = FIRST_CANDIDATES; count < vocabSize; count *= 8) {
    const tokens = leading(bestTokens(vocabSize, weight, count), weight, enough);
    if (tokens !== undefined) return tokens;
  }
  const tokens = bestTokens(vocabSize, weight, vocabSize);
  return leading(tokens, weight, enough) ?? tokens;
}

function bestTokens(vocabSize: number, weight: Weight, count: number): number[] {
  const best = new TopK(count);
  for (let token = 0; token < vocabSize; token++) best.offer(weight(token), token);
  return best.sorted().map(({ index }) => index);
}

/** The first tokens, up to the one that makes their weight `enough`; nothing when all have less. */
function leading(tokens: readonly number[], weight: Weight, enough: number): readonly number[] | undefined {
  let before = 0;
  for (const [i, token] of tokens.entries()) {
    before += weight(token);
    if (before >= enough) return tokens.slice(0, i + 1);
  }
  return undefined;
}

/** The index at the share `at`, in [0, 1), of the weights 0…count − 1. */
function drawn(count: number, weight: (i: number) => number, at: number): number {
  const target = at * sum(count, weight);
  let before = 0;
  for (let i = 0; i < count; i++) {
    before += weight(i);
    if (before > target) return i;
  }
  throw new Error(`expected a weight above ${target} in all, got ${before}`);
}

function sum(count: number, value: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += value(i);
  return total;
}
