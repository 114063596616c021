/**
 * The texts that the model was trained with, as ids: `summarize:` in front of what is compared with images,
 * and `English caption:` in front of what is to be written.
 *
 * Official code: `InternVLTokenizer`. Ids are not padded here: masks are causal, so the state at the end of
 * a text does not depend on what stands to its right.
 */
import type { Tokenizer } from './tokenizer.js';

/** Put before every text that is compared with images, whatever its language, without a space. */
export const contrastivePrefix = 'summarize:';

export const captionPrompt = 'English caption:';

/** Ids of a text at most, bos and eos included. */
export const maxTextLength = 80;

/** bos, `summarize:` + text, eos. A text that is too long loses its end, never its eos. */
export function contrastiveIds(tokenizer: Tokenizer, text: string, maxLength = maxTextLength): number[] {
  return textIds(tokenizer, contrastivePrefix + text, maxLength);
}

/** bos and the prompt, without eos: what a caption continues. */
export function captionPromptIds(tokenizer: Tokenizer, prompt = captionPrompt): number[] {
  return [tokenizer.bosId, ...tokenizer.encode(prompt)];
}

/**
 * bos, text, eos.
 *
 * @throws RangeError when `maxLength` has no room for bos and eos.
 */
export function textIds(tokenizer: Tokenizer, text: string, maxLength = maxTextLength): number[] {
  if (!Number.isInteger(maxLength) || maxLength < 2) {
    throw new RangeError(`maxLength: expected an integer from 2 (bos and eos), got ${maxLength}`);
  }
  return [tokenizer.bosId, ...tokenizer.encode(text).slice(0, maxLength - 2), tokenizer.eosId];
}

/**
 * The ids filled up on the right: [t] → [length].
 *
 * @throws RangeError when they are more than `length` already.
 */
export function padRight(ids: readonly number[], length: number, padId = 0): number[] {
  if (ids.length > length) throw new RangeError(`expected at most ${length} ids, got ${ids.length}`);
  return [...ids, ...Array.from({ length: length - ids.length }, () => padId)];
}
