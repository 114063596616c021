/**
 * Prompts with images in them: text around `<image>` becomes ids around a placeholder.
 *
 * Official code: `tokenizer_image_token` (LLaVA). Every stretch of text is encoded on its own, so each
 * begins with a dummy prefix; only the first keeps its bos.
 */
import type { Tokenizer } from './tokenizer.js';

export const imageMark = '<image>';

/** Stands for the tokens of one image; no piece has this id. */
export const imageId = -200;

export function imagePromptIds(tokenizer: Tokenizer, prompt: string): number[] {
  const texts = prompt.split(imageMark);
  const ids = texts.flatMap((text, i) => [...(i === 0 ? [] : [imageId]), ...tokenizer.encode(text)]);
  return [tokenizer.bosId, ...ids];
}
