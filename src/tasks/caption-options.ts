/** What is asked of a caption, and what is answered: nothing but numbers and texts. */
import type { GenerationOptions } from '../generative/generation-options.js';

/**
 * How captions are searched for. Left out: as the model's `generation_config.json` says, else as the official
 * evaluation, 5 beams and 8 to 30 tokens.
 */
export type CaptionSearch = Partial<Omit<GenerationOptions, 'eosTokenId' | 'signal'>>;

/** Of the official evaluation. */
export const officialSearch = { numBeams: 5, minNewTokens: 8, maxNewTokens: 30 } as const;

/** The names of `CaptionSearch`. */
export const SEARCH_OPTIONS: readonly (keyof CaptionSearch)[] = [
  ...(['maxNewTokens', 'minNewTokens', 'numBeams', 'lengthPenalty', 'earlyStopping'] as const),
  ...(['numReturnSequences', 'doSample', 'temperature', 'topK', 'topP', 'seed'] as const),
];

/** One caption and how likely it is. */
export interface CaptionHypothesis {
  readonly text: string;
  /** Σ log p(token) / length^lengthPenalty: larger is likelier. */
  readonly score: number;
}

/** The best caption of a picture; with `numReturnSequences` above 1 the others, too. */
export interface Caption extends CaptionHypothesis {
  /** Best first; the first is the caption itself. */
  readonly hypotheses: readonly CaptionHypothesis[];
}

/** Told a caption and the number of its picture. */
export type OnCaption = (caption: Caption, picture: number) => Promise<void> | void;
