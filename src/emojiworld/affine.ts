/**
 * An icon turned, scaled, bent and moved: inverse mapping with bilinear samples from the level of the pyramid
 * that fits.
 */
import type { Level, Pyramid } from './pyramid.js';

export interface Placement {
  readonly rotation: number; // radians, counter-clockwise as seen
  readonly scale: number; //    1: the icon's box is as wide as the picture
  readonly x: number; //        offset of the centre, in picture widths, to the right
  readonly y: number; //        the same, downwards
  readonly bend?: Bend | undefined;
}

/** Other proportions, as another artist would draw them. */
export interface Bend {
  readonly stretch: number; // width / height is multiplied by this squared
  readonly shear: number; //   columns lean by so much of their height
  readonly wave: number; //    the farthest that a point is moved along a sine, in icon sides
  readonly phases: readonly [number, number]; // radians
}

const straight: Bend = { stretch: 1, shear: 0, wave: 0, phases: [0, 0] };

/** Premultiplied RGBA of `size` x `size` pixels in 0..255. */
export type Layer = Float32Array;

/**
 * Draws the icon on a transparent layer.
 *
 * A picture pixel spans `step` icon pixels; from 1.6 on a halved level is taken, so that samples are never
 * more than
 * 1.6 pixels of their level apart, which bilinear interpolation bears without visible aliasing.
 */
export function placeIcon(pyramid: Pyramid, size: number, placement: Placement): Layer {
  const full = pyramid.level(0).side;
  const step = full / (size * placement.scale);
  const level = pyramid.level(Math.max(0, Math.floor(Math.log2(step * 1.25))));
  const perPixel = level.side / (size * placement.scale);
  const layer = new Float32Array(size * size * 4);

  const cos = Math.cos(placement.rotation) * perPixel;
  const sin = Math.sin(placement.rotation) * perPixel;
  const { side } = level;
  const centre = side / 2 + 0.5; // of the framed level, in its pixel indices
  const { stretch, shear, wave, phases } = placement.bend ?? straight;
  const turns = (2 * Math.PI) / side;
  for (let py = 0, to = 0; py < size; py++) {
    const dy = py + 0.5 - size * (0.5 + placement.y);
    let dx = 0.5 - size * (0.5 + placement.x);
    for (let px = 0; px < size; px++, dx++, to += 4) {
      const v = (sin * dx + cos * dy) * stretch;
      const u = (cos * dx - sin * dy) / stretch + shear * v;
      const bentU = wave === 0 ? u : u + wave * side * Math.sin(turns * v + phases[0]);
      const bentV = wave === 0 ? v : v + wave * side * Math.sin(turns * u + phases[1]);
      sampleBilinear(level, centre + bentU, centre + bentV, layer, to);
    }
  }
  return layer;
}

/** Writes the four channels at (u, v) of the framed level; outside the frame the layer stays transparent. */
function sampleBilinear({ side, data }: Level, u: number, v: number, layer: Layer, to: number): void {
  if (!(u >= 0 && v >= 0 && u < side + 1 && v < side + 1)) return;
  const column = Math.floor(u);
  const line = Math.floor(v);
  const right = u - column;
  const down = v - line;
  const row = (side + 2) * 4;
  const at = line * row + column * 4;
  const w00 = (1 - right) * (1 - down);
  const w01 = right * (1 - down);
  const w10 = (1 - right) * down;
  const w11 = right * down;
  for (let c = 0; c < 4; c++) {
    const above = w00 * (data[at + c] ?? 0) + w01 * (data[at + c + 4] ?? 0);
    layer[to + c] = above + w10 * (data[at + c + row] ?? 0) + w11 * (data[at + c + row + 4] ?? 0);
  }
}
