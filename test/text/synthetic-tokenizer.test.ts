import { expect, test } from 'vitest';

import { bytePiece, parseModel } from '../../src/text/sentencepiece-model.js';
import { tokenizerFromModel } from '../../src/text/sentencepiece-tokenizer.js';
import { syntheticVocabulary } from '../../src/text/synthetic-tokenizer.js';
import { writeModel } from '../../src/text/write-model.js';

test.each([260, 261, 512, 4096, 49954])('a vocabulary of %d pieces is written and read as it is', (size) => {
  const model = syntheticVocabulary(size);
  expect(model.pieces).toHaveLength(size);
  expect(parseModel(writeModel(model))).toEqual(model);
});

test('ids begin as in LLaMA: unknown, begin, end, bytes, then words, the shorter first', () => {
  const texts = syntheticVocabulary(49954).pieces.map(({ text }) => text);
  expect(texts.slice(0, 3)).toEqual(['<unk>', '<s>', '</s>']);
  expect([texts[3], texts[258]]).toEqual([bytePiece(0), bytePiece(255)]);
  expect(texts.slice(259, 264)).toEqual(['▁', 'a', '▁a', 'b', '▁b']);
  expect(texts.slice(-2)).toEqual(['ajsq', '▁ajsq']);
});

test('any text becomes ids and the same text again; words of its letters are few', () => {
  const tokenizer = tokenizerFromModel(syntheticVocabulary(49954));
  for (const text of ['a photo of a cat', 'Zwölf Boxkämpfer!', '一只猫 🐈']) {
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  }
  expect(tokenizer.encode('cat').length).toBeLessThanOrEqual(2);
});

test('fewer pieces than the bytes need are refused', () => {
  expect(() => syntheticVocabulary(259)).toThrow('expected a vocabulary of 260 pieces or more, got 259');
});
