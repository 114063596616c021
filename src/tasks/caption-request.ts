/** What is asked of a caption, checked before any picture is read. */
import { type GenerationOptions, generationSettings } from '../generative/generation-options.js';
import type { TransformName } from '../image/transform.js';
import { captionPrompt, captionPromptIds } from '../text/prompts.js';
import type { GenerativeModel } from './generative-model.js';

/** How captions are searched for. Left out: as the official evaluation, 5 beams and 8 to 30 tokens. */
export type CaptionSearch = Partial<Omit<GenerationOptions, 'eosTokenId' | 'signal'>>;

/** The names of `CaptionSearch`. */
export const SEARCH_OPTIONS: readonly (keyof CaptionSearch)[] = [
  ...(['maxNewTokens', 'minNewTokens', 'numBeams', 'lengthPenalty', 'earlyStopping'] as const),
  ...(['numReturnSequences', 'doSample', 'temperature', 'topK', 'topP', 'seed'] as const),
];

export interface CaptionRequest {
  /** What the caption continues: one text, or one for each picture. */
  readonly prompt?: string | readonly string[] | undefined;
  readonly transform?: TransformName | undefined;
  readonly search: CaptionSearch;
  readonly batchSize: number;
  /** Pictures that go through a block of InternViT together. */
  readonly rowsAtOnce?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Pictures done so far, with fractions. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** The official evaluation's search, with what was asked for in its place. @throws as `generate`. */
export function searchSettings(
  { config }: GenerativeModel,
  { search, signal }: Pick<CaptionRequest, 'search' | 'signal'>,
): GenerationOptions {
  const official = { numBeams: search.doSample === true ? 1 : 5, minNewTokens: 8, maxNewTokens: 30 };
  const given = Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
  const lengths = { ...official, ...given };
  // Whoever asks for few tokens does not want to be told of the official minimum.
  const minNewTokens = search.minNewTokens ?? Math.min(official.minNewTokens, lengths.maxNewTokens);
  const options = { ...lengths, minNewTokens, eosTokenId: config.qllama.eosTokenId, signal };
  generationSettings(options); // refuses what is impossible before the picture is read
  return options;
}

/** Ids of the prompt of each picture. @throws RangeError when a prompt leaves no room, or their number differs. */
export function promptsFor(
  { config: { qllama }, tokenizer }: GenerativeModel,
  pictures: number,
  { prompt = captionPrompt }: Pick<CaptionRequest, 'prompt'>,
  maxNewTokens: number,
): number[][] {
  const texts = typeof prompt === 'string' ? new Array<string>(pictures).fill(prompt) : prompt;
  if (texts.length !== pictures) {
    throw new RangeError(`expected a prompt for each of ${pictures} pictures, got ${texts.length}`);
  }
  const rows = texts.map((text) => captionPromptIds(tokenizer, text));
  const room = qllama.maxPositions - qllama.numQueries - maxNewTokens;
  const long = rows.findIndex((ids) => ids.length > room);
  if (long < 0) return rows;
  throw new RangeError(
    `prompt ${long + 1}: expected at most ${room} tokens (${qllama.maxPositions} positions less ` +
      `${qllama.numQueries} queries and ${maxNewTokens} new tokens), got ${rows[long]?.length}: shorten it`,
  );
}
