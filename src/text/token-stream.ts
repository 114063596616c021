/** Text while it is generated: tokens come in one at a time, text goes out as soon as it is certain. */
import type { Tokenizer } from './tokenizer.js';

/**
 * The text that tokens add, piece by piece: joined, the pieces are `tokenizer.decode` of all tokens. No piece is
 * empty; the bytes of a character are held back until its last one.
 *
 * Leaving the loop, or an error in it, ends `tokens` too. @throws the error of `tokens`.
 */
export async function* streamText(
  tokenizer: Pick<Tokenizer, 'stream'>,
  tokens: AsyncIterable<number>,
): AsyncGenerator<string, void, undefined> {
  const stream = tokenizer.stream();
  for await (const token of tokens) {
    const text = stream.push(token);
    if (text !== '') yield text;
  }
  const rest = stream.end();
  if (rest !== '') yield rest;
}
