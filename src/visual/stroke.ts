/** Lines as dots, their edges softened: a dot takes as much of the colour as it lies inside the stroke. */
import type { RgbImage } from '../image/rgb-image.js';
import type { Rgb } from './colormap.js';
import type { Line, Point } from './drawing.js';

/** A paper of dots. */
export type Paper = RgbImage & { readonly data: Uint8Array };

/** Draws the line with `scale` dots a unit, with round ends; what leaves the paper is cut off. */
export function stroke(paper: Paper, { points, width, color }: Line, scale: number): void {
  const reach = (width * scale) / 2;
  const dots = points.map(([x, y]): Point => [x * scale, y * scale]);
  for (const [i, from] of dots.entries()) {
    const to = dots[i + 1];
    if (to) segment(paper, [from, to], reach, color);
  }
}

type Ends = readonly [from: Point, to: Point];

/** Colours the dots whose middles lie within `reach` of the segment, half a dot more at a share. */
function segment(paper: Paper, ends: Ends, reach: number, color: Rgb): void {
  const [[x0, y0], [x1, y1]] = ends;
  const top = Math.max(Math.floor(Math.min(y0, y1) - reach - 1), 0);
  const bottom = Math.min(Math.ceil(Math.max(y0, y1) + reach + 1), paper.height);
  const left = Math.max(Math.floor(Math.min(x0, x1) - reach - 1), 0);
  const right = Math.min(Math.ceil(Math.max(x0, x1) + reach + 1), paper.width);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const share = Math.min(reach + 0.5 - distance([x + 0.5, y + 0.5], ends), 1);
      if (share > 0) blend(paper, y * paper.width + x, color, share);
    }
  }
}

/** From a point to the nearest point of the segment. */
function distance([x, y]: Point, [[x0, y0], [x1, y1]]: Ends): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy || 1);
  const t = Math.min(Math.max(along, 0), 1);
  return Math.hypot(x - x0 - t * dx, y - y0 - t * dy);
}

function blend({ data }: Paper, dot: number, color: Rgb, share: number): void {
  for (const [channel, value] of color.entries()) {
    const before = data[3 * dot + channel] ?? 0;
    data[3 * dot + channel] = Math.round(before + (value - before) * share);
  }
}
