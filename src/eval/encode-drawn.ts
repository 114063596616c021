/** Pictures that are drawn a few hundred at a time while they are encoded: tens of thousands fit no memory. */
import type { RgbImage } from '../image/rgb-image.js';
import { type Embeddings, stackEmbeddings } from '../tasks/embeddings.js';
import type { BenchmarkMode, BenchmarkModel, BenchmarkOptions } from './emojiworld-benchmark.js';

const AT_ONCE = 512;

/** Vectors of the pictures `draw(0)` to `draw(count - 1)`, RGB bytes of `options.size`: [count, clipEmbedDim]. */
export async function encodeDrawn(
  model: Pick<BenchmarkModel, 'encodeImage'>,
  count: number,
  draw: (index: number) => Uint8Array,
  options: BenchmarkOptions & { readonly mode: BenchmarkMode; readonly what: string },
): Promise<Embeddings> {
  const { size, mode, what, signal } = options;
  const parts: Embeddings[] = [];
  for (let start = 0; start < count; start += AT_ONCE) {
    const length = Math.min(AT_ONCE, count - start);
    const pictures = Array.from({ length }, (_, i): RgbImage => {
      return { width: size, height: size, data: draw(start + i) };
    });
    const onProgress = (done: number) => options.onProgress?.(what, start + done, count);
    parts.push(await model.encodeImage(pictures, { signal, mode, onProgress }));
  }
  return stackEmbeddings(parts);
}
