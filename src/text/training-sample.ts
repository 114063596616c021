/**
 * The texts of one training pair as ids, masks and labels, for the three losses of stage 2.
 *
 * Official code: the data set of the fine-tuning script. Everything is padded to one length with the pad
 * piece.
 */
import { captionPromptIds, contrastiveIds, maxTextLength, padRight, textIds } from './prompts.js';
import type { Tokenizer } from './tokenizer.js';

/** Ids with a 1 where they are not padding: both of the padded length. */
export interface PaddedText {
  readonly ids: readonly number[];
  readonly mask: readonly number[];
}

export interface TrainingSample {
  /** The caption of the image, for matching. */
  readonly positive: PaddedText;
  /** The caption of another image, for matching. */
  readonly negative: PaddedText;
  /** `summarize:` + caption, for the contrastive loss. */
  readonly summarize: PaddedText;
  /** Prompt + caption, for generation. */
  readonly generate: PaddedText;
  /** The ids of `generate` that are to be predicted; `ignoredLabel` elsewhere. */
  readonly labels: readonly number[];
}

/** The label of a position that no loss is taken at. */
export const ignoredLabel = -100;

export interface TrainingSampleOptions {
  readonly length?: number;
  readonly padId?: number;
}

export function trainingSample(
  tokenizer: Tokenizer,
  caption: string,
  negativeCaption: string,
  { length = maxTextLength, padId = tokenizer.padId }: TrainingSampleOptions = {},
): TrainingSample {
  const padded = (ids: readonly number[]): PaddedText => ({
    ids: padRight(ids, length, padId),
    mask: Array.from({ length }, (_, i) => (i < ids.length ? 1 : 0)),
  });
  const prompt = captionPromptIds(tokenizer);
  // The caption is encoded on its own, bos taken off again: its first piece has the dummy prefix.
  const caption0 = textIds(tokenizer, caption, length - prompt.length + 1).slice(1);
  const generate = padded([...prompt, ...caption0]);
  return {
    positive: padded(textIds(tokenizer, caption, length)),
    negative: padded(textIds(tokenizer, negativeCaption, length)),
    summarize: padded(contrastiveIds(tokenizer, caption, length)),
    generate,
    labels: labelsOf(generate.ids, prompt.length, padId),
  };
}

/** The prompt is given, except for its last piece (`:`), whose prediction the official code asks for too. */
function labelsOf(ids: readonly number[], promptLength: number, padId: number): number[] {
  return ids.map((id, i) => (i < promptLength - 1 || id === padId ? ignoredLabel : id));
}
