import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Piece, SentencePieceModel } from '../../src/text/sentencepiece-model.js';
import { tokenizerFromModel } from '../../src/text/sentencepiece-tokenizer.js';
import { smallModel, smallTokenizer as tokenizer } from './small-tokenizer.js';

const golden = JSON.parse(
  readFileSync(new URL('../fixtures/text/sentencepiece.json', import.meta.url), 'utf8'),
) as {
  readonly texts: readonly { text: string; ids: number[]; decoded: string }[];
  readonly ids: readonly { ids: number[]; decoded: string }[];
};

describe('against SentencePiece', () => {
  test.each(golden.texts)('the ids of $text', ({ text, ids, decoded }) => {
    expect(tokenizer.encode(text)).toEqual(ids);
    expect(tokenizer.decode(ids)).toBe(decoded);
  });

  test('texts of arbitrary ids, bytes that are no characters among them', () => {
    for (const { ids, decoded } of golden.ids) expect(tokenizer.decode(ids)).toBe(decoded);
  });
});

describe('special pieces in a text', () => {
  const pieces = (text: string) => tokenizer.encode(text).map((id) => tokenizer.idToPiece(id));

  test('are cut out, and the text after each begins anew', () => {
    expect(pieces('a</s>b')).toEqual(['▁a', '</s>', '▁b']);
    expect(pieces('<s> a')).toEqual(['<s>', '▁', '▁a']);
    expect(pieces('</s></s>')).toEqual(['</s>', '</s>']);
    expect(tokenizer.encode('<unk>')).toEqual([tokenizer.unkId]);
  });

  test('are left out of decoded text unless they are asked for', () => {
    const ids = [1, ...tokenizer.encode('a photo</s>of'), 2];
    expect(tokenizer.decode(ids)).toBe('a photo of');
    expect(tokenizer.decode(ids, { skipSpecialTokens: false })).toBe('<s> a photo</s> of</s>');
  });
});

describe('properties', () => {
  /** Text whose spaces survive: a leading one is the dummy prefix's, and `▁` is a space. */
  const plain = fc
    .string({ unit: 'grapheme', maxLength: 60 })
    .filter((text) => !/^ |▁|<s>|<\/s>|<unk>/.test(text));

  test('decode(encode(text)) is the text', () => {
    fc.assert(fc.property(plain, (text) => tokenizer.decode(tokenizer.encode(text)) === text));
  });

  test('lone surrogates become U+FFFD, as in UTF-8', () => {
    const units = fc.string({
      unit: fc.integer({ min: 0x21, max: 0xffff }).map((u) => String.fromCharCode(u)),
    });
    fc.assert(
      fc.property(
        units.filter((text) => !/▁/.test(text)),
        (text) =>
          tokenizer.decode(tokenizer.encode(text)) ===
          new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text)),
      ),
    );
  });

  test('a stream of ids gives the same text as all of them at once', () => {
    const ids = fc.array(
      fc.oneof(fc.integer({ min: 0, max: 258 }), fc.nat({ max: tokenizer.vocabSize - 1 })),
    );
    fc.assert(
      fc.property(ids, (all) => {
        const stream = tokenizer.stream();
        return all.map((id) => stream.push(id)).join('') + stream.end() === tokenizer.decode(all);
      }),
    );
  });

  test('no two neighbours of an encoded text could still be merged', () => {
    const mergeable = new Set(smallModel.pieces.filter((p) => p.type === 'normal').map((p) => p.text));
    fc.assert(
      fc.property(plain, (text) => {
        const pieces = tokenizer.encode(text).map((id) => tokenizer.idToPiece(id));
        return pieces.every((piece, i) => !mergeable.has(piece + (pieces[i + 1] ?? '\0')));
      }),
    );
  });
});

describe('merging', () => {
  test('of equal scores, the leftmost pair is merged first', () => {
    const { encode, idToPiece } = tokenizerFromModel(modelOf({ ab: 0, bc: 0, abc: -1, cd: 0 }));
    expect(encode('abcd').map(idToPiece)).toEqual(['▁', 'ab', 'cd']);
    expect(encode('bcd').map(idToPiece)).toEqual(['▁', 'bc', 'd']);
  });

  test('a long text takes time in proportion', () => {
    const text = 'a photo of a red panda, 一张熊猫的照片 😀 '.repeat(5000);
    const start = performance.now();
    const ids = tokenizer.encode(text);
    // Some 0.4 s; it would be minutes if each merge went over the whole text.
    expect(performance.now() - start).toBeLessThan(5000);
    expect(tokenizer.decode(ids)).toBe(text);
  });

  test('a character comes out of a stream with its last byte', () => {
    const stream = tokenizer.stream();
    const bytes = [...new TextEncoder().encode('😀')].map((byte) => byte + 3);
    expect(bytes.map((id) => stream.push(id))).toEqual(['', '', '', '😀']);
    expect(stream.push(0xf0 + 3)).toBe('');
    expect(stream.push(tokenizer.eosId)).toBe('');
    expect(stream.end()).toBe('\ufffd');
  });

  test('without byte fallback a run of unknown characters is one unknown piece', () => {
    const { encode, decode, idToPiece } = tokenizerFromModel({ ...modelOf({ a: 0 }), byteFallback: false });
    expect(encode('猫猫a猫').map(idToPiece)).toEqual(['▁', '<unk>', 'a', '<unk>']);
    expect(decode(encode('猫a'), { skipSpecialTokens: false })).toBe(' <unk>a');
  });
});

test('ids outside of the vocabulary are refused', () => {
  expect(() => tokenizer.decode([-200])).toThrow('expected an id from 0 to 1799, got -200');
  expect(() => tokenizer.idToPiece(1800)).toThrow(RangeError);
});

test('a vocabulary without begin or end of text is refused', () => {
  const pieces = smallModel.pieces.filter((piece) => piece.text !== '</s>');
  expect(() => tokenizerFromModel({ ...smallModel, pieces })).toThrow('expected a control piece "</s>"');
});

/** A model with these merges, their characters and `▁`. */
function modelOf(scores: Readonly<Record<string, number>>): SentencePieceModel {
  const characters = new Set(['▁', ...Object.keys(scores).join('')]);
  const normal = [...characters]
    .filter((c) => !(c in scores))
    .map((text): Piece => ({ text, score: -9, type: 'normal' }));
  const merges = Object.entries(scores).map(([text, score]): Piece => ({ text, score, type: 'normal' }));
  return { ...smallModel, pieces: [...smallModel.pieces.slice(0, 259), ...merges, ...normal] };
}
