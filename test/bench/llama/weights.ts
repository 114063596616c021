/**
 * The LLaMA that all sides decode with: random int8 numbers and one power of two for all of them, so that its
 * weights are the same in our int8, in blocks of GGUF with a scale in float16 each, and in float32.
 */
import type { LlamaConfig } from '../../../src/llama/config.js';

export const config = {
  vocabSize: 32_000,
  hiddenSize: 2048,
  intermediateSize: 5504,
  numLayers: 8,
  numHeads: 16,
  normEps: 1e-5,
  maxPositions: 512,
  ropeBase: 10_000,
  bosTokenId: 1,
  eosTokenId: 2,
  padTokenId: 0,
} as const satisfies LlamaConfig;

/** What every weight is multiplied by: numbers of [−128, 127] times it have a deviation of about 1/√2048. */
export const SCALE = 2 ** -12;

/** What is read before decoding begins. */
export const PROMPT = 'abcdefghijkl';
/** The same as token ids: the one that begins a text, then bytes, with a space in front; id 3 is byte 0. */
export const PROMPT_IDS = [1, ...Array.from(new TextEncoder().encode(`▁${PROMPT}`), (byte) => byte + 3)];
/** Tokens that are decoded in one sample. */
export const STEPS = 32;

/** Its matrices [Out, In]: those of each layer, the token table and the language head. Norms have weights of 1. */
export function matrices({ hiddenSize: C, intermediateSize: M, vocabSize, numLayers }: LlamaConfig) {
  const shapes = new Map<string, readonly [Out: number, In: number]>();
  for (let i = 0; i < numLayers; i++) {
    for (const name of ['q', 'k', 'v', 'o']) shapes.set(`${i}.${name}`, [C, C]);
    for (const name of ['gate', 'up']) shapes.set(`${i}.${name}`, [M, C]);
    shapes.set(`${i}.down`, [C, M]);
  }
  return shapes.set('tokens', [vocabSize, C]).set('head', [vocabSize, C]);
}

/** The numbers of a matrix, always the same for a name. `count` is a multiple of 4. */
export function int8Of(name: string, count: number): Int8Array<ArrayBuffer> {
  const words = new Int32Array(count / 4);
  let state = [...name].reduce((hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0), 17) | 1;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13; // xorshift32 (Marsaglia 2003)
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Int8Array(words.buffer);
}

/** The same as they are computed with: [count] float32. */
export function floatsOf(numbers: Int8Array): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(numbers);
  for (let i = 0; i < floats.length; i++) floats[i] = SCALE * (floats[i] ?? 0);
  return floats;
}
