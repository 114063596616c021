import { describe, expect, test } from 'vitest';

import { imagePromptIds } from '../../src/text/image-prompt.js';
import { captionPromptIds, contrastiveIds } from '../../src/text/prompts.js';
import { trainingSample } from '../../src/text/training-sample.js';
import { hasOfficialModel, officialTokenizer, tokenizerCase } from './reference-case.js';

describe.skipIf(!hasOfficialModel)('the official vocabulary', () => {
  const tokenizer = hasOfficialModel ? officialTokenizer() : undefined;
  const { texts, image_prompts, training_samples } = tokenizerCase();
  if (tokenizer === undefined) return;

  test('has its sizes and special ids', () => {
    const { vocabSize, bosId, eosId, unkId, padId } = tokenizer;
    expect({ vocabSize, bosId, eosId, unkId, padId }).toEqual({
      vocabSize: 49954,
      bosId: 1,
      eosId: 2,
      unkId: 0,
      padId: 49953,
    });
    expect(captionPromptIds(tokenizer)).toEqual([1, 4223, 5777, 683, 29901]);
  });

  test.each(texts)('gives the reference ids and texts of $text', (expected) => {
    expect(contrastiveIds(tokenizer, expected.text)).toEqual(expected.summarize_ids);
    expect(captionPromptIds(tokenizer, expected.text)).toEqual(expected.prompt_ids);
    expect(tokenizer.decode(expected.prompt_ids)).toBe(expected.decoded_prompt);
    expect(tokenizer.decode(expected.summarize_ids)).toBe(expected.decoded_summarize);
  });

  test.each(image_prompts)('gives the reference ids of the image prompt $prompt', ({ prompt, ids }) => {
    expect(imagePromptIds(tokenizer, prompt)).toEqual(ids);
  });

  test.each(training_samples)('gives the reference training sample of $caption', (expected) => {
    const sample = trainingSample(tokenizer, expected.caption, expected.negative_caption);
    expect({
      positive_input_ids: sample.positive.ids,
      positive_attention_mask: sample.positive.mask,
      negative_input_ids: sample.negative.ids,
      negative_attention_mask: sample.negative.mask,
      summarize_input_ids: sample.summarize.ids,
      summarize_attention_mask: sample.summarize.mask,
      input_ids: sample.generate.ids,
      attention_mask: sample.generate.mask,
      labels: sample.labels,
    }).toEqual({ ...expected, caption: undefined, negative_caption: undefined });
  });
});
