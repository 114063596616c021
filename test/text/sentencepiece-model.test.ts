import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { MessageWriter } from '../../src/text/protobuf.js';
import { parseModel } from '../../src/text/sentencepiece-model.js';
import { tokenizerFromModel } from '../../src/text/sentencepiece-tokenizer.js';
import { smallModelFile } from './small-tokenizer.js';

const bytes = readFileSync(smallModelFile);
const piece = (text: string, type = 1) =>
  new MessageWriter().bytes(1, text).float(2, 0).varint(3, type).finish();
const bpe = new MessageWriter().varint(3, 2).finish();

describe('files that are not what they say', () => {
  test.each([
    ['nothing at all', new Uint8Array(), 'expected pieces, got none'],
    ['a length beyond the end', Uint8Array.of(0x0a, 0x7f, 1), 'byte 2: expected 127 more bytes, got 1'],
    ['a length below zero', Uint8Array.of(0x0a, ...Array<number>(9).fill(255), 1), /expected -1 more bytes/],
    ['a number without an end', Uint8Array.of(0x08, 0x80), 'byte 2: expected a number, got the end'],
    ['a number of eleven bytes', Uint8Array.from([8, ...Array<number>(11).fill(0x80)]), /at most 10 bytes/],
    ['a group', Uint8Array.of(0x0b), 'expected wire type 0, 1, 2 or 5, got 3'],
    ['field 0', Uint8Array.of(0x02, 0), 'expected a field number, got 0'],
    ['a piece that is a number', Uint8Array.of(0x08, 1), 'piece: expected bytes, got a varint'],
    ['a piece without a text', new MessageWriter().bytes(1, piece('')).finish(), 'piece 0: expected a text'],
    ['a piece of type 9', new MessageWriter().bytes(1, piece('a', 9)).finish(), 'from 1 to 6, got 9'],
    [
      'two pieces alike',
      new MessageWriter().bytes(1, piece('a')).bytes(1, piece('a')).finish(),
      'pieces 0 and 1: both are "a"',
    ],
    [
      'no unknown piece',
      new MessageWriter().bytes(1, piece('a')).finish(),
      'expected 1 unknown piece, got 0',
    ],
  ])('%s', (_, data, message) => {
    expect(() => parseModel(data)).toThrow(message);
  });

  test('bytes that are missing', () => {
    const trainer = new MessageWriter().varint(3, 2).varint(35, true).finish();
    const file = new MessageWriter().bytes(1, piece('<unk>', 2)).bytes(2, trainer).finish();
    expect(() => parseModel(file)).toThrow('byte_fallback is on: expected piece <0x00>');
  });

  test.each([
    [
      'a unigram model',
      new MessageWriter().bytes(2, new MessageWriter().varint(3, 1).finish()),
      'model_type 1',
    ],
    [
      'a character map',
      new MessageWriter().bytes(3, new MessageWriter().bytes(2, 'x').finish()),
      'character map',
    ],
  ])('%s is refused with the remedy', (_, file, message) => {
    expect(() => parseModel(file.finish())).toThrow(message);
    expect(() => parseModel(file.finish())).toThrow('use the tokenizer.json');
  });
});

test('fields that are not known are stepped over', () => {
  const trainer = new MessageWriter().varint(3, 2).float(10, 0.5).varint(43, -1).bytes(99, 'x').finish();
  const fixed64 = Uint8Array.of(0x51, ...Array<number>(8).fill(7)); // field 10
  const model = new MessageWriter().bytes(1, piece('<unk>', 2)).bytes(2, trainer).finish();
  expect(parseModel(Uint8Array.of(...model, ...fixed64)).pieces).toHaveLength(1);
});

describe('properties', () => {
  test('every truncation is an error or a shorter vocabulary, never a crash', () => {
    fc.assert(fc.property(fc.nat({ max: bytes.length - 1 }), (n) => survives(bytes.subarray(0, n))));
  });

  test('every mutation is a vocabulary or an Error', () => {
    const change = fc.tuple(fc.nat({ max: bytes.length - 1 }), fc.nat({ max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const mutated = Uint8Array.from(bytes);
        for (const [at, byte] of changes) mutated[at] = byte;
        return survives(mutated);
      }),
    );
  });

  test('random bytes too', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), survives));
    expect(() => parseModel(new MessageWriter().bytes(2, bpe).finish())).toThrow('got none');
  });
});

/** Reading ends with a tokenizer that works, or with an Error of one line. */
function survives(data: Uint8Array): boolean {
  try {
    const tokenizer = tokenizerFromModel(parseModel(data));
    return tokenizer.encode('a red panda 熊').every((id) => id >= 0 && id < tokenizer.vocabSize);
  } catch (error) {
    return (
      error instanceof Error && error.message !== '' && !/\n|undefined|is not a function/.test(error.message)
    );
  }
}
