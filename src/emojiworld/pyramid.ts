/**
 * Halved copies of an icon with premultiplied alpha, the form in which pixels may be averaged and
 * interpolated.
 *
 * Each level has a transparent frame of one pixel, so that bilinear sampling never asks whether it is inside.
 */
export interface Level {
  readonly side: number; //       pixels without the frame
  readonly data: Uint8Array; //   (side + 2)² * 4, premultiplied RGBA
}

export interface Pyramid {
  /** Level 0 has the icon's size, each further level half of it, rounded up. */
  level(index: number): Level;
  /** Mean colour of what is drawn, weighted by alpha: R, G, B. */
  readonly mean: readonly [number, number, number];
}

/** What a pyramid is made from: square RGBA pixels with straight alpha. */
export interface SquareRgba {
  readonly size: number;
  readonly rgba: Uint8Array;
}

const known = new WeakMap<SquareRgba, Pyramid>();

/** The pyramid of an icon; kept as long as the icon is, its levels made when first asked for. */
export function pyramidOf(icon: SquareRgba): Pyramid {
  const found = known.get(icon);
  if (found !== undefined) return found;
  const made = makePyramid(icon);
  known.set(icon, made);
  return made;
}

/** A pyramid that is not kept, for pixels used once. */
export function makePyramid(icon: SquareRgba): Pyramid {
  const levels: Level[] = [];
  return {
    level(index) {
      let level = levels[0] ?? premultiplied(icon);
      levels[0] = level;
      for (let i = 1; i <= index && level.side > 1; i++) {
        level = levels[i] ?? halved(level);
        levels[i] = level;
      }
      return level;
    },
    mean: meanColour(icon.rgba),
  };
}

function premultiplied({ size, rgba }: SquareRgba): Level {
  const data = new Uint8Array((size + 2) ** 2 * 4);
  for (let y = 0, from = 0; y < size; y++) {
    for (let x = 0, to = ((y + 1) * (size + 2) + 1) * 4; x < size; x++, from += 4, to += 4) {
      const alpha = rgba[from + 3] ?? 0;
      for (let c = 0; c < 3; c++) data[to + c] = ((rgba[from + c] ?? 0) * alpha) / 255 + 0.5;
      data[to + 3] = alpha;
    }
  }
  return { side: size, data };
}

/** Means of 2 x 2 pixels; an odd last row or column is averaged with the transparent frame. */
function halved({ side, data }: Level): Level {
  const half = Math.ceil(side / 2);
  const row = (side + 2) * 4;
  const result = new Uint8Array((half + 2) ** 2 * 4);
  for (let y = 0; y < half; y++) {
    let to = ((y + 1) * (half + 2) + 1) * 4;
    let from = (2 * y + 1) * row + 4;
    for (let x = 0; x < half; x++, from += 4) {
      for (let c = 0; c < 4; c++, from++, to++) {
        const above = (data[from] ?? 0) + (data[from + 4] ?? 0);
        const below = (data[from + row] ?? 0) + (data[from + row + 4] ?? 0);
        result[to] = (above + below + 2) >> 2;
      }
    }
  }
  return { side: half, data: result };
}

function meanColour(rgba: Uint8Array): [number, number, number] {
  let red = 0;
  let green = 0;
  let blue = 0;
  let total = 1e-9; // an empty drawing is black
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3] ?? 0;
    red += (rgba[i] ?? 0) * alpha;
    green += (rgba[i + 1] ?? 0) * alpha;
    blue += (rgba[i + 2] ?? 0) * alpha;
    total += alpha;
  }
  return [red / total, green / total, blue / total];
}
