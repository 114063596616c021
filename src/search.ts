/** `InternVL.retrieve`: pictures and texts searched with each other, the best matches perhaps ordered anew. */
import { jointProgress, type RetrieveOptions } from './call-options.js';
import type { InternVL } from './internvl.js';
import type { MatchPair } from './tasks/match-pair.js';
import type { Picture } from './tasks/picture.js';
import { rerank } from './tasks/rerank.js';
import { type Retrieval, retrieve } from './tasks/retrieve.js';

type Searcher = Pick<InternVL, 'encodeText' | 'encodeImage' | 'matchPairs'>;

/** @throws RangeError for a `rerank` that is no count; as the calls it is made of. */
export async function searchPictures(
  model: Searcher,
  pictures: readonly Picture[],
  texts: readonly string[],
  options: RetrieveOptions,
): Promise<Retrieval> {
  const { signal, mode, transform = 'retrieval', topK = 10, rerank: k = 0 } = options;
  if (!(Number.isInteger(k) && k >= 0)) throw new RangeError(`rerank: expected a whole number, got ${k}`);
  const most = k * (pictures.length + texts.length); // pairs that are in both lists are matched once
  const part = jointProgress(texts.length + pictures.length + most, options.onProgress);
  const words = await model.encodeText(texts, { signal, onProgress: part(texts.length) });
  const seen = { signal, mode, transform, onProgress: part(pictures.length) };
  const images = await model.encodeImage(pictures, seen);
  const found = await retrieve(images, words, Math.max(topK, k));
  if (k === 0) return found;
  const matching = { signal, transform, onProgress: part(most) };
  const match = (pairs: readonly MatchPair[]) => model.matchPairs(pictures, texts, pairs, matching);
  const ranked = await rerank(found, k, match);
  const shown = <T>(lists: readonly (readonly T[])[]) => lists.map((list) => list.slice(0, topK));
  return { ...ranked, textsOf: shown(ranked.textsOf), picturesOf: shown(ranked.picturesOf) };
}
