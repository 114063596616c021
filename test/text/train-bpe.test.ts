import { describe, expect, test } from 'vitest';

import { parseModel } from '../../src/text/sentencepiece-model.js';
import { tokenizerFromModel } from '../../src/text/sentencepiece-tokenizer.js';
import { trainBpe } from '../../src/text/train-bpe.js';
import { writeModel } from '../../src/text/write-model.js';

const texts = [
  'a red apple',
  'a green apple',
  'a red car',
  'two red apples, 12 cars',
  '赤いりんご',
  '红苹果',
];

describe('trainBpe', () => {
  const model = trainBpe(texts, { vocabSize: 310, characterCoverage: 1 });
  const pieces = model.pieces.map((piece) => piece.text);

  test('lays the ids out as LLaMA does', () => {
    expect(pieces.slice(0, 4)).toEqual(['<unk>', '<s>', '</s>', '<0x00>']);
    expect(pieces[258]).toBe('<0xFF>');
    expect(pieces).toHaveLength(310);
    expect(model.pieces[259]).toEqual({ text: '▁a', score: 0, type: 'normal' });
    expect(model.pieces[309]?.score).toBe(-50);
  });

  test('merges the most frequent pair first, equal counts by length and code unit', () => {
    const small = trainBpe(['ab ab ab', 'cd cd', 'ef ef'], { vocabSize: 259 + 7 + 4 });
    expect(small.pieces.slice(259, 263).map((piece) => piece.text)).toEqual(['ab', '▁ab', 'cd', 'ef']);
  });

  test('pieces stay within a word, within letters, digits or signs, and digits stand alone', () => {
    const words = new Map(texts.map((text) => [text, 50]));
    const repeated = [...words].flatMap(([text, n]) =>
      Array.from({ length: n }, () => `${text} 1234 a12!? !?`),
    );
    for (const { text, type } of trainBpe(repeated, { vocabSize: 500, characterCoverage: 1 }).pieces) {
      if (type !== 'normal') continue;
      expect(text.lastIndexOf('▁')).toBeLessThanOrEqual(0);
      expect(text).toMatch(/^▁?(\p{Nd}|\p{L}*|[^\p{Nd}\p{L}]*)$/u);
    }
  });

  test('the same texts give the same model, in any order of reading', () => {
    expect(trainBpe([...texts].reverse(), { vocabSize: 310, characterCoverage: 1 })).toEqual(model);
  });

  test('characters beyond the coverage are left to the bytes', () => {
    const rare = trainBpe([...Array.from({ length: 999 }, () => 'aaa'), '猫'], { vocabSize: 300 });
    expect(rare.pieces.some((piece) => piece.text === '猫')).toBe(false);
    const tokenizer = tokenizerFromModel(rare);
    expect(tokenizer.encode('猫').slice(1)).toEqual([0xe7 + 3, 0x8c + 3, 0xab + 3]);
    expect(tokenizer.decode(tokenizer.encode('猫'))).toBe('猫');
  });

  test('stops early when nothing is left to join, and caps the length of pieces', () => {
    const few = trainBpe(['aaaaaaaaaaaaaaaa'], { vocabSize: 4096, maxPieceLength: 4 });
    expect(few.pieces.length).toBeLessThan(270);
    expect(Math.max(...few.pieces.slice(259).map((piece) => piece.text.length))).toBe(4);
  });

  test('a vocabulary without room is refused with the sizes that would do', () => {
    expect(() => trainBpe(texts, { vocabSize: 262 })).toThrow(
      /no room for \d+ characters.*expected at least \d+/,
    );
    expect(() => trainBpe(texts, { vocabSize: 10 })).toThrow(
      'vocabSize: expected an integer from 259, got 10',
    );
    expect(() => trainBpe(texts, { vocabSize: 300, characterCoverage: 0 })).toThrow(/characterCoverage/);
  });
});

describe('writeModel', () => {
  test('parseModel gives back what was written', () => {
    const model = trainBpe(texts, { vocabSize: 320, characterCoverage: 1 });
    expect(parseModel(writeModel(model))).toEqual(model);
  });

  test('keeps other settings too', () => {
    const pieces = [
      { text: '<unknown>', score: 0, type: 'unknown' },
      { text: '[B]', score: 0, type: 'control' },
      { text: '[E]', score: 0, type: 'control' },
      { text: 'ab', score: -1.5, type: 'normal' },
      { text: '<image>', score: 0, type: 'user' },
      { text: 'xy', score: -3, type: 'unused' },
    ] as const;
    const model = {
      pieces,
      byteFallback: false,
      addDummyPrefix: false,
      removeExtraWhitespaces: true,
      bosPiece: '[B]',
      eosPiece: '[E]',
      unkSurface: '?',
    };
    expect(parseModel(writeModel(model))).toEqual(model);
  });
});
