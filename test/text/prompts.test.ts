import { describe, expect, test } from 'vitest';

import { cleanCaption } from '../../src/text/clean-caption.js';
import { imageId, imagePromptIds } from '../../src/text/image-prompt.js';
import { captionPromptIds, contrastiveIds, padRight, textIds } from '../../src/text/prompts.js';
import { ignoredLabel, trainingSample } from '../../src/text/training-sample.js';
import { tokenizerCase } from './reference-case.js';
import { smallTokenizer as tokenizer } from './small-tokenizer.js';

const { bosId, eosId } = tokenizer;

describe('contrastiveIds', () => {
  test('puts summarize: in front without a space, bos and eos around', () => {
    expect(contrastiveIds(tokenizer, 'two cats')).toEqual([
      bosId,
      ...tokenizer.encode('summarize:two cats'),
      eosId,
    ]);
    expect(contrastiveIds(tokenizer, 'two cats')).not.toEqual(contrastiveIds(tokenizer, ' two cats'));
  });

  test('cuts a long text on the right and keeps eos', () => {
    const long = 'two cats '.repeat(100);
    const ids = contrastiveIds(tokenizer, long);
    expect(ids).toHaveLength(80);
    expect(ids).toEqual([bosId, ...tokenizer.encode(`summarize:${long}`).slice(0, 78), eosId]);
    expect(contrastiveIds(tokenizer, long, 2)).toEqual([bosId, eosId]);
    expect(textIds(tokenizer, '')).toEqual([bosId, eosId]);
  });

  test.each([1, 0, 2.5, Number.NaN])('refuses a maximal length of %d', (maxLength) => {
    expect(() => contrastiveIds(tokenizer, 'a', maxLength)).toThrow(
      `maxLength: expected an integer from 2 (bos and eos), got ${maxLength}`,
    );
  });
});

test('captionPromptIds has no eos', () => {
  expect(captionPromptIds(tokenizer)).toEqual([bosId, ...tokenizer.encode('English caption:')]);
});

test('padRight fills up and never cuts', () => {
  expect(padRight([1, 5, 2], 5)).toEqual([1, 5, 2, 0, 0]);
  expect(padRight([1], 2, 9)).toEqual([1, 9]);
  expect(() => padRight([1, 2, 3], 2)).toThrow('expected at most 2 ids, got 3');
});

describe('imagePromptIds', () => {
  test('stretches around <image> are encoded on their own', () => {
    expect(imagePromptIds(tokenizer, 'a<image>b')).toEqual([
      bosId,
      ...tokenizer.encode('a'),
      imageId,
      ...tokenizer.encode('b'),
    ]);
    expect(imagePromptIds(tokenizer, '<image><image>')).toEqual([bosId, imageId, imageId]);
    expect(imagePromptIds(tokenizer, '')).toEqual([bosId]);
  });
});

describe('cleanCaption', () => {
  test.each(tokenizerCase().caption_cleaning)(
    'cleans $caption as the reference does',
    ({ caption, cleaned }) => {
      expect(cleanCaption(caption)).toBe(cleaned);
    },
  );

  test('keeps one whitespace of a kind, and counts words at single spaces', () => {
    expect(cleanCaption('A\tcat \u3000 sat\n\n')).toBe('a\tcat sat');
    expect(cleanCaption('one two three', 2)).toBe('one two');
  });
});

describe('trainingSample', () => {
  const sample = trainingSample(tokenizer, 'a red panda', 'two cats', { length: 40 });
  const prompt = captionPromptIds(tokenizer);
  const caption = tokenizer.encode('a red panda');

  test('asks for the caption after the prompt, from the last piece of the prompt on', () => {
    const wanted = [...prompt, ...caption, eosId];
    expect(sample.generate.ids).toEqual(padRight(wanted, 40, tokenizer.padId));
    expect(sample.generate.mask.filter((m) => m === 1)).toHaveLength(wanted.length);
    const labels = sample.labels.filter((label) => label !== ignoredLabel);
    expect(labels).toEqual([prompt.at(-1), ...caption, eosId]);
    expect(sample.labels.indexOf(prompt.at(-1) ?? 0)).toBe(prompt.length - 1);
  });

  test('has caption, other caption and contrastive text in one length', () => {
    expect(sample.positive.ids).toEqual(padRight([bosId, ...caption, eosId], 40));
    expect(sample.negative.ids).toEqual(padRight(textIds(tokenizer, 'two cats'), 40));
    expect(sample.summarize.ids).toEqual(padRight(contrastiveIds(tokenizer, 'a red panda'), 40));
    expect(sample.negative.mask.indexOf(0)).toBe(textIds(tokenizer, 'two cats').length);
  });

  test('a caption that is too long still ends in eos', () => {
    const long = trainingSample(tokenizer, 'two cats '.repeat(50), 'x', { length: 40 });
    expect(long.generate.ids).toHaveLength(40);
    expect(long.generate.ids.at(-1)).toBe(eosId);
    expect(long.positive.ids.at(-1)).toBe(eosId);
  });
});
