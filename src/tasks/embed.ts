/**
 * Pictures and texts to vectors, in batches: the one place where tensors become numbers.
 *
 * The model arrives as a function, so that InternVL-C, InternVL-G and a test share this file.
 */
import { nextTurn } from '../nn/next-turn.js';
import type { Tensor } from '../nn/tensor.js';
import { type Embeddings, embeddingsOf } from './embeddings.js';
import type { Picture } from './picture.js';
import { type PictureRecipe, pixelBatch } from './pixels.js';
import { paddedRight } from './token-rows.js';

/** What an encoder is told: when to stop, and whom to tell after each block. */
export interface EncodeOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onBlock?: ((done: number, total: number) => void) | undefined;
}

type Encode<Input extends Tensor> = (input: Input, options: EncodeOptions) => Promise<Tensor<'B E'>>;
export type EncodePixels = Encode<Tensor<'B Y X 3'>>;
export type EncodeIds = Encode<Tensor<'B T'>>;

export interface BatchOptions {
  /** Most rows in one pass. */
  readonly batchSize: number;
  readonly signal?: AbortSignal | undefined;
  /**
   * Pictures or texts done so far; a fraction within a batch, since one block of a large model takes seconds.
   */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Reads, transforms and encodes the pictures; only one batch of them is in memory at a time. */
export function embedPictures(
  encode: EncodePixels,
  pictures: readonly Picture[],
  recipe: PictureRecipe,
  options: BatchOptions,
): Promise<Embeddings> {
  return inBatches(pictures.length, options, async (start, count, encodeOptions) => {
    const batch = pictures.slice(start, start + count);
    const input = await pixelBatch(batch, recipe, options.signal);
    return numbersOf(encode, input, encodeOptions);
  });
}

/**
 * Encodes the texts, each distinct one once, the short ones together: padding costs time and changes nothing.
 */
export async function embedTexts(
  encode: EncodeIds,
  tokenize: (text: string) => readonly number[],
  texts: readonly string[],
  options: BatchOptions,
): Promise<Embeddings> {
  const distinct = [...new Set(texts)];
  const byLength = distinct
    .map((text) => ({ text, ids: tokenize(text) }))
    .sort((a, b) => a.ids.length - b.ids.length);
  const encoded = await inBatches(byLength.length, options, (start, count, encodeOptions) => {
    const ids = paddedRight(byLength.slice(start, start + count).map((text) => text.ids));
    return numbersOf(encode, ids, encodeOptions);
  });
  const rowOf = new Map(byLength.map(({ text }, row) => [text, row]));
  const { width, raw } = encoded;
  const inOrder = new Float32Array(texts.length * width);
  for (const [i, text] of texts.entries()) {
    const row = rowOf.get(text) ?? 0; // every text is in the map
    inOrder.set(raw.subarray(row * width, (row + 1) * width), i * width);
  }
  return embeddingsOf(inOrder, width);
}

/** Encodes and frees the input; the result as numbers: [B, E]. */
async function numbersOf<Input extends Tensor>(
  encode: Encode<Input>,
  input: Input,
  options: EncodeOptions,
): Promise<Numbers> {
  try {
    const embeds = await encode(input, options);
    const values = new Float32Array(await embeds.data<'float32'>());
    const width = embeds.shape[1] ?? 0;
    embeds.dispose();
    return { width, values };
  } finally {
    input.dispose();
  }
}

interface Numbers {
  readonly width: number;
  readonly values: Float32Array;
}

async function inBatches(
  total: number,
  { batchSize, signal, onProgress }: BatchOptions,
  encodeBatch: (start: number, count: number, options: EncodeOptions) => Promise<Numbers>,
): Promise<Embeddings> {
  if (total === 0) throw new RangeError('expected at least one picture or text, got none');
  let raw = new Float32Array(0);
  let width = 0;
  for (let start = 0; start < total; start += batchSize) {
    await nextTurn(); // WebAssembly blocks the thread: an abort can only arrive between batches
    signal?.throwIfAborted();
    const count = Math.min(batchSize, total - start);
    const onBlock = (done: number, all: number) => onProgress?.(start + (count * done) / all, total);
    const batch = await encodeBatch(start, count, { signal, onBlock });
    if (start === 0) {
      width = batch.width;
      raw = new Float32Array(total * width);
    }
    raw.set(batch.values, start * width);
    onProgress?.(start + count, total);
  }
  return embeddingsOf(raw, width);
}
