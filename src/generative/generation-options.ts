/** How a text is generated: the options, their defaults, and what is refused. */

/** Names and defaults are those of transformers, but `topK`, which is 50 there. */
export interface GenerationOptions {
  /** A text ends after so many tokens, `eosTokenId` included. */
  readonly maxNewTokens: number;
  /** Before so many tokens `eosTokenId` is not taken (default: 0). */
  readonly minNewTokens?: number | undefined;
  /** Hypotheses that a beam search follows at a time (default: 1, no beam search). */
  readonly numBeams?: number | undefined;
  /** Scores are divided by length^`lengthPenalty` (default: 1): above 0 favours long texts. */
  readonly lengthPenalty?: number | undefined;
  /** Ends a beam search once `numBeams` texts are complete, even if a better one may follow (default: false). */
  readonly earlyStopping?: boolean | undefined;
  /** Hypotheses given for each sample (default: 1); at most `numBeams`. */
  readonly numReturnSequences?: number | undefined;
  /** Draws tokens instead of taking the best (default: false). */
  readonly doSample?: boolean | undefined;
  /** Logits are divided by it before a token is drawn (default: 1). */
  readonly temperature?: number | undefined;
  /** Only so many of the best tokens are drawn from (default: all). */
  readonly topK?: number | undefined;
  /** Only the best tokens that together have this probability are drawn from (default: 1, all). */
  readonly topP?: number | undefined;
  /** Of the draws (default: 0). The text of a sample depends on it alone, not on the others of the batch. */
  readonly seed?: number | undefined;
  /** The token that ends a text; none: every text has `maxNewTokens` tokens. */
  readonly eosTokenId?: number | undefined;
  /** Ends the call before the next token, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The options, checked, with their defaults filled in. */
export interface GenerationSettings {
  readonly maxNewTokens: number;
  readonly minNewTokens: number;
  readonly numBeams: number;
  readonly lengthPenalty: number;
  readonly earlyStopping: boolean;
  readonly numReturnSequences: number;
  /** None: the best token is taken. */
  readonly sampling: SamplingSettings | undefined;
  /** −1: none. */
  readonly eosTokenId: number;
  readonly signal: AbortSignal | undefined;
}

export interface SamplingSettings {
  readonly temperature: number;
  /** Infinity for all. */
  readonly topK: number;
  readonly topP: number;
  readonly seed: number;
}

/**
 * @throws RangeError for a number out of its range and for numbers that contradict each other; TypeError for
 *   options that do not go together.
 */
export function generationSettings(options: GenerationOptions): GenerationSettings {
  const { minNewTokens = 0, numBeams = 1, lengthPenalty = 1, numReturnSequences = 1 } = options;
  const { maxNewTokens, earlyStopping = false, signal } = options;
  integer('maxNewTokens', maxNewTokens, 1);
  integer('minNewTokens', minNewTokens, 0);
  integer('numBeams', numBeams, 1);
  integer('numReturnSequences', numReturnSequences, 1);
  finite('lengthPenalty', lengthPenalty);
  if (minNewTokens > maxNewTokens) {
    throw new RangeError(
      `expected minNewTokens of at most maxNewTokens (${maxNewTokens}), got ${minNewTokens}`,
    );
  }
  if (numReturnSequences > numBeams) {
    throw new RangeError(
      `expected numReturnSequences of at most numBeams (${numBeams}), got ${numReturnSequences}; raise numBeams`,
    );
  }
  const lengths = { maxNewTokens, minNewTokens, lengthPenalty };
  const beams = { numBeams, earlyStopping, numReturnSequences };
  const eosTokenId = options.eosTokenId === undefined ? -1 : integer('eosTokenId', options.eosTokenId, 0);
  return { ...lengths, ...beams, sampling: samplingSettings(options), eosTokenId, signal };
}

function samplingSettings(options: GenerationOptions): SamplingSettings | undefined {
  const { doSample = false, numBeams = 1, temperature = 1, topK, topP = 1, seed = 0 } = options;
  if (!doSample) {
    for (const name of ['temperature', 'topK', 'topP', 'seed'] as const) {
      if (options[name] === undefined) continue;
      throw new TypeError(`${name}: expected it with doSample: true, got greedy or beam search`);
    }
    return undefined;
  }
  if (numBeams > 1) {
    throw new TypeError(`expected numBeams: 1 with doSample: true, got ${numBeams}; choose one of the two`);
  }
  if (!(finite('temperature', temperature) > 0)) {
    throw new RangeError(
      `expected a temperature above 0, got ${temperature}; leave out doSample for the best`,
    );
  }
  if (topK !== undefined) integer('topK', topK, 1);
  if (!(topP > 0 && topP <= 1)) throw new RangeError(`expected topP above 0 and at most 1, got ${topP}`);
  return { temperature, topK: topK ?? Number.POSITIVE_INFINITY, topP, seed: integer('seed', seed, 0) };
}

function integer(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`${name}: expected an integer of at least ${least}, got ${value}`);
}

function finite(name: string, value: number): number {
  if (Number.isFinite(value)) return value;
  throw new RangeError(`${name}: expected a finite number, got ${value}`);
}
