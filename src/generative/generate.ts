/** Text from a language model: greedy, sampled, or by beam search. */
import { beamSearch } from './beam-search.js';
import { type Continuation, continuations } from './continuation.js';
import type { Decoder } from './decoder.js';
import { type GenerationOptions, type GenerationSettings, generationSettings } from './generation-options.js';
import { type Hypothesis, hypothesis } from './hypothesis.js';

/**
 * For each sample its `numReturnSequences` hypotheses, best first: by beam search when `numBeams` > 1, else the
 * one that `doSample` draws or that the best token at each step makes.
 *
 * Each has the score of a beam search, Σ log p / length^lengthPenalty (see `hypothesisScore`). What a sample gets
 * does not depend on the others of its batch.
 *
 * @throws RangeError, TypeError for options that cannot be met; the signal's reason; the decoder's error.
 */
export async function generate<State>(
  decoder: Decoder<State>,
  options: GenerationOptions,
): Promise<readonly (readonly Hypothesis[])[]> {
  const settings = generationSettings(options);
  if (settings.numBeams > 1) return beamSearch(decoder, settings);
  let texts: readonly Continuation[] = [];
  for await (const grown of continuations(decoder, settings)) texts = grown;
  return texts.map(({ ids, sumLogProbs, endedByEos }) => [
    hypothesis(ids, sumLogProbs, endedByEos, settings.lengthPenalty),
  ]);
}

/**
 * The tokens of one sample, each as soon as it is known; the one that ends the text is not given out. Leaving
 * the loop frees the decoder's state.
 *
 * @throws RangeError, TypeError at once for options that cannot be met, beams among them; RangeError (while it
 *   runs) for several prompts; the signal's reason before the next token; the decoder's error.
 */
export function streamTokens<State>(
  decoder: Decoder<State>,
  options: GenerationOptions,
): AsyncGenerator<number, void, undefined> {
  const settings = generationSettings(options);
  if (settings.numBeams === 1) return tokensOf(decoder, settings);
  throw new RangeError(
    `expected numBeams: 1 to stream, got ${settings.numBeams}; a beam search knows no token before its end`,
  );
}

async function* tokensOf<State>(
  decoder: Decoder<State>,
  settings: GenerationSettings,
): AsyncGenerator<number, void, undefined> {
  for await (const texts of continuations(decoder, settings)) {
    const [text] = texts;
    if (text === undefined || texts.length > 1) {
      throw new RangeError(`expected one prompt to stream, got ${texts.length}; use generate`);
    }
    const token = text.endedByEos ? undefined : text.ids.at(-1);
    if (token !== undefined) yield token;
  }
}
