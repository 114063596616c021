/** Black dots of a picture as lines of text: a test shows what is drawn. */
import type { RgbImage } from '../../src/image/rgb-image.js';

export function dots({ data, width, height }: RgbImage): string[] {
  const isDark = (i: number) => (data[3 * i] ?? 0) < 128;
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => (isDark(y * width + x) ? '#' : '.')).join(''),
  );
}
