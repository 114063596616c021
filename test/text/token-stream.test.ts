import fc from 'fast-check';
import { expect, test } from 'vitest';

import { streamText } from '../../src/text/token-stream.js';
import { smallTokenizer as tokenizer } from './small-tokenizer.js';

/** Gives out ids, and notes when it has ended. */
async function* source(ids: readonly number[], end: { isReached: boolean }): AsyncGenerator<number> {
  try {
    yield* ids;
  } finally {
    end.isReached = true;
  }
}

async function piecesOf(ids: readonly number[]): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of streamText(tokenizer, source(ids, { isReached: false }))) pieces.push(piece);
  return pieces;
}

const byteIds = (text: string) => [...new TextEncoder().encode(text)].map((byte) => byte + 3);

test('the pieces joined are the text of all tokens, bytes and specials among them', async () => {
  const id = fc.oneof(fc.integer({ min: 0, max: 258 }), fc.nat({ max: tokenizer.vocabSize - 1 }));
  const written = fc.string({ unit: 'binary' }).map((text) => tokenizer.encode(text));
  const cut = fc.string({ unit: 'binary' }).map((text) => byteIds(text).slice(1));
  const ids = fc.array(fc.oneof(fc.array(id), written, cut), { maxLength: 4 }).map((parts) => parts.flat());
  await fc.assert(
    fc.asyncProperty(ids, async (all) => {
      const pieces = await piecesOf(all);
      expect(pieces.join('')).toBe(tokenizer.decode(all));
      expect(pieces).not.toContain('');
    }),
  );
});

test('a character is given out with its last byte, and what never became one at the end', async () => {
  expect(await piecesOf([tokenizer.bosId, ...byteIds('猫😀'), ...byteIds('é').slice(0, 1)])).toEqual([
    '猫',
    '😀',
    '\ufffd',
  ]);
});

test('leaving the text ends the tokens', async () => {
  const end = { isReached: false };
  const ids = tokenizer.encode('a photo of a red panda');
  for await (const piece of streamText(tokenizer, source(ids, end))) {
    expect(piece).not.toBe('');
    expect(end.isReached).toBe(false);
    break;
  }
  expect(end.isReached).toBe(true);
});

test('an error of the tokens is an error of the text', async () => {
  async function* failing(): AsyncGenerator<number> {
    yield* tokenizer.encode('a');
    throw new Error('out of memory');
  }
  const text = streamText(tokenizer, failing());
  expect(await text.next()).toEqual({ done: false, value: 'a' });
  await expect(text.next()).rejects.toThrow('out of memory');
});

test('a long text takes time in proportion', async () => {
  const ids = tokenizer.encode('a photo of a red panda, 一张熊猫的照片 😀 '.repeat(5000));
  expect(ids.length).toBeGreaterThan(100_000);
  const start = performance.now();
  expect((await piecesOf(ids)).join('')).toBe(tokenizer.decode(ids));
  // Some 0.1 s; it would be minutes if each token decoded all before it.
  expect(performance.now() - start).toBeLessThan(5000);
});
