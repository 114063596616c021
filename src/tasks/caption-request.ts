/** What is asked of a caption, checked before any picture is read. */
import { type GenerationOptions, generationSettings } from '../generative/generation-options.js';
import type { TransformName } from '../image/transform.js';
import { keyValueWidth } from '../llama/config.js';
import { captionPrompt, captionPromptIds } from '../text/prompts.js';
import { type CaptionSearch, type OnCaption, officialSearch } from './caption-options.js';
import type { GenerativeModel } from './generative-model.js';
import { checkStrings, isList } from './lists.js';

export interface CaptionRequest {
  /** What the caption continues: one text, or one for each picture. */
  readonly prompt?: string | readonly string[] | undefined;
  readonly transform?: TransformName | undefined;
  readonly search: CaptionSearch;
  /** Most pictures that are read at once. */
  readonly batchSize: number;
  /** Bytes that the keys and values of their beams may take. */
  readonly cacheBytes?: number | undefined;
  /** Bytes that a memory budget leaves for them: one picture may not take more either. No budget: all it needs. */
  readonly roomBytes?: number | undefined;
  /** Pictures that go through a block of InternViT together. */
  readonly rowsAtOnce?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Pictures done so far, with fractions. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Told each caption once those that are written together with it are known; waited for. */
  readonly onCaption?: OnCaption | undefined;
}

/** What every search has. */
type Lengths = { readonly minNewTokens: number; readonly maxNewTokens: number };

/**
 * The official evaluation's search, what the model's own file says in its place, and what was asked for in place of
 * both.
 *
 * @throws as `generate`.
 */
export function searchSettings(
  { config, search: own = {} }: GenerativeModel,
  { search, signal }: Pick<CaptionRequest, 'search' | 'signal'>,
): GenerationOptions {
  const given = Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
  const drawn = search.doSample === true ? { numBeams: 1 } : {};
  // None of them is undefined.
  const all = { ...officialSearch, ...own, ...drawn, ...given } as CaptionSearch & Lengths;
  // Whoever asks for few tokens does not want to be told of the usual minimum.
  const minNewTokens = search.minNewTokens ?? Math.min(all.minNewTokens, all.maxNewTokens);
  const options = { ...all, minNewTokens, eosTokenId: config.qllama.eosTokenId, signal };
  generationSettings(options); // refuses what is impossible before the picture is read
  return options;
}

/**
 * Ids of the prompt of each picture.
 *
 * @throws RangeError when a prompt leaves no room or has `<unk>`, or their number differs; TypeError for what is no
 *   text.
 */
export function promptsFor(
  { config: { qllama }, tokenizer }: GenerativeModel,
  pictures: number,
  { prompt = captionPrompt }: Pick<CaptionRequest, 'prompt'>,
  maxNewTokens: number,
): number[][] {
  const texts = isList(prompt) ? prompt : new Array<string>(pictures).fill(prompt);
  checkStrings(texts, 'prompt');
  if (texts.length !== pictures) {
    throw new RangeError(`expected a prompt for each of ${pictures} pictures, got ${texts.length}`);
  }
  const rows = texts.map((text) => captionPromptIds(tokenizer, text));
  const unknown = rows.findIndex((ids) => ids.includes(0));
  if (unknown >= 0) {
    throw new RangeError(`prompt ${unknown + 1}: expected known pieces, got <unk>, whose id 0 is padding`);
  }
  const room = qllama.maxPositions - qllama.numQueries - maxNewTokens;
  const long = rows.findIndex((ids) => ids.length > room);
  if (long < 0) return rows;
  throw new RangeError(
    `prompt ${long + 1}: expected at most ${room} tokens (${qllama.maxPositions} positions less ` +
      `${qllama.numQueries} queries and ${maxNewTokens} new tokens), got ${rows[long]?.length}: shorten it`,
  );
}

/**
 * Pictures whose captions are written together: at most `batchSize`, and as many as their beams have room for.
 *
 * @throws RangeError when a budget has no room for the beams of one picture.
 */
export function captionsAtOnce(
  { config: { qllama } }: GenerativeModel,
  prompts: readonly (readonly number[])[],
  { maxNewTokens, numBeams = 1 }: GenerationOptions,
  { batchSize, cacheBytes = Number.POSITIVE_INFINITY, roomBytes = Number.POSITIVE_INFINITY }: CacheRoom,
): number {
  const longest = prompts.reduce((most, ids) => Math.max(most, ids.length), 0);
  const tokens = qllama.numQueries + longest + maxNewTokens;
  const bytesOfBeam = 2 * tokens * keyValueWidth(qllama) * qllama.numLayers * 4;
  const bytes = numBeams * bytesOfBeam;
  if (bytes > roomBytes) {
    const megabytes = (count: number): string => `${Math.ceil(count / 1e6)} MB`;
    throw new RangeError(
      `expected room for the keys and values of ${numBeams} × ${tokens} tokens (${megabytes(bytes)}), got ` +
        `${megabytes(roomBytes)} of the memory budget: use fewer beams or tokens, or raise it by ` +
        megabytes(bytes - roomBytes),
    );
  }
  return Math.max(1, Math.min(batchSize, Math.floor(cacheBytes / bytes)));
}

type CacheRoom = Pick<CaptionRequest, 'batchSize' | 'cacheBytes' | 'roomBytes'>;
