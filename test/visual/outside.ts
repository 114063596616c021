/** Which shapes of a drawing leave its paper. */
import type { Drawing, Shape } from '../../src/visual/drawing.js';
import { textWidth } from '../../src/visual/lines-of-text.js';

interface Extent {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** The shapes that are not wholly on the paper, or whose place is no number. */
export function outside({ width, height, shapes }: Drawing): Shape[] {
  return shapes.filter((shape) => {
    const { left, top, right, bottom } = extentOf(shape);
    return !(left >= 0 && top >= 0 && right <= width && bottom <= height);
  });
}

/** Letters stand seven units above their baseline and two below. */
function extentOf(shape: Shape): Extent {
  if (shape.kind === 'line') {
    const [xs, ys] = [shape.points.map(([x]) => x), shape.points.map(([, y]) => y)];
    const reach = shape.width / 2;
    return {
      left: Math.min(...xs) - reach,
      top: Math.min(...ys) - reach,
      right: Math.max(...xs) + reach,
      bottom: Math.max(...ys) + reach,
    };
  }
  const { x, y } = shape;
  if (shape.kind !== 'words') return { left: x, top: y, right: x + shape.width, bottom: y + shape.height };
  const length = textWidth(shape.text);
  const start = { start: 0, middle: length / 2, end: length }[shape.anchor ?? 'start'];
  return shape.isUpright
    ? { left: x - 7, top: y + start - length, right: x + 2, bottom: y + start }
    : { left: x - start, top: y - 7, right: x - start + length, bottom: y + 2 };
}
