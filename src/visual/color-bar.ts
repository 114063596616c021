/** The legend of a colormap: its colours in a row, with the values of both ends. */
import type { Colormap } from './colormap.js';
import { grey, type Shape } from './drawing.js';
import { textWidth } from './lines-of-text.js';

export interface ColorBar {
  readonly x: number;
  readonly y: number;
  /** Of the colours; the words stand on both sides of them. */
  readonly width: number;
  readonly colormap: Colormap;
  readonly from: string;
  readonly to: string;
}

const STEPS = 40;
const HEIGHT = 8;

export function colorBar({ x, y, width, colormap, from, to }: ColorBar): Shape[] {
  const start = x + textWidth(from) + 4;
  const step = width / STEPS;
  const boxes = Array.from({ length: STEPS }, (_, i): Shape => {
    return {
      kind: 'box',
      x: start + i * step,
      y,
      width: step,
      height: HEIGHT,
      color: colormap(i / (STEPS - 1)),
    };
  });
  const words = { kind: 'words', y: y + HEIGHT - 0.5, color: grey } as const;
  return [...boxes, { ...words, x, text: from }, { ...words, x: start + width + 4, text: to }];
}
