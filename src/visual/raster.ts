/** A drawing as dots: boxes, photographs, strokes, and text in the font of `glyphs.ts`. */
import { resizeBicubic } from '../image/resize.js';
import { blankImage, type RgbImage } from '../image/rgb-image.js';
import type { Rgb } from './colormap.js';
import type { Area, Drawing, Print, Words } from './drawing.js';
import { GAP, glyphsOf } from './glyphs.js';
import { type Paper, stroke } from './stroke.js';

/** Dots that a picture may have: as many as one that is read may have. */
const MAX_DOTS = 2 ** 26;

/**
 * The drawing with `scale` dots a unit (a whole number): [Y, X, 3].
 *
 * @throws RangeError when it has too many dots.
 */
export function toPixels(drawing: Drawing, scale = 2): RgbImage {
  const [width, height] = [Math.ceil(drawing.width * scale), Math.ceil(drawing.height * scale)];
  if (width * height > MAX_DOTS)
    throw new RangeError(`expected at most ${MAX_DOTS} dots, got ${width}×${height}: write an .svg instead`);
  const paper = blankImage(width, height);
  paper.data.fill(255);
  for (const shape of drawing.shapes) {
    if (shape.kind === 'box') fill(paper, scaled(shape, scale), shape.color);
    else if (shape.kind === 'print') lay(paper, scaled(shape, scale), shape);
    else if (shape.kind === 'line') stroke(paper, shape, scale);
    else write(paper, shape, scale);
  }
  return paper;
}

/** The dots of a rectangle: its edges go to the nearest. */
function scaled({ x, y, width, height }: Area, scale: number): Area {
  const [left, top] = [Math.round(x * scale), Math.round(y * scale)];
  const [right, bottom] = [Math.round((x + width) * scale), Math.round((y + height) * scale)];
  return { x: left, y: top, width: right - left, height: bottom - top };
}

function fill(paper: Paper, area: Area, color: Rgb): void {
  const [left, right] = [Math.max(area.x, 0), Math.min(area.x + area.width, paper.width)];
  for (let y = Math.max(area.y, 0); y < Math.min(area.y + area.height, paper.height); y++) {
    for (let x = left; x < right; x++) paper.data.set(color, (y * paper.width + x) * 3);
  }
}

function lay(paper: Paper, { x, y, width, height }: Area, { image }: Print): void {
  const fits = image.width === width && image.height === height;
  const { data } = fits ? image : resizeBicubic(image, width, height);
  const columns = Math.min(width, paper.width - x);
  for (let row = 0; row < Math.min(height, paper.height - y); row++) {
    const from = row * width * 3;
    paper.data.set(data.subarray(from, from + columns * 3), ((y + row) * paper.width + x) * 3);
  }
}

/** Every dot of the font is a square of `scale` dots of the paper. */
function write(
  paper: Paper,
  { text, color, anchor = 'start', isUpright = false, ...at }: Words,
  scale: number,
): void {
  const glyphs = glyphsOf(text);
  const length = glyphs.reduce((sum, { width }) => sum + width + GAP, -GAP);
  const before = { start: 0, middle: Math.round(length / 2), end: length }[anchor];
  const [x, y] = [Math.round(at.x * scale), Math.round(at.y * scale)];
  let along = -before;
  for (const { rows, width } of glyphs) {
    for (const [row, bits] of rows.entries()) {
      for (let column = 0; column < width; column++) {
        if (((bits >> (4 - column)) & 1) === 0) continue;
        const [right, down] = [along + column, row - ASCENT];
        const dot = isUpright ? { x: down, y: -right - 1 } : { x: right, y: down };
        fill(paper, { x: x + dot.x * scale, y: y + dot.y * scale, width: scale, height: scale }, color);
      }
    }
    along += width + GAP;
  }
}

/** Rows of a glyph above the baseline. */
const ASCENT = 7;
