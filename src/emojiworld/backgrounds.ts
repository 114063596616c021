/** Grounds that icons stand on: one colour, gradients, textures. All are RGB bytes. */
import type { Random } from './random.js';

export type Colour = readonly [number, number, number];

/** A random colour at a distance from `mean`, so that what is drawn stays visible; light ones more often. */
export function contrastingColour(mean: Colour, random: Random): Colour {
  let best: Colour = [255, 255, 255];
  let farthest = -1;
  for (let tries = 0; tries < 4; tries++) {
    const colour = randomColour(random);
    const distance = Math.hypot(colour[0] - mean[0], colour[1] - mean[1], colour[2] - mean[2]);
    if (distance > farthest) {
      farthest = distance;
      best = colour;
    }
    if (distance > 110) break; // a quarter of black to white: plainly apart
  }
  return best;
}

/** Two thirds are light and pale, the rest anything. */
export function randomColour(random: Random): Colour {
  const low = random.chance(2 / 3) ? 150 : 0;
  return [random.between(low, 255), random.between(low, 255), random.between(low, 255)];
}

export function paintPlain(picture: Uint8Array, [red, green, blue]: Colour): void {
  for (let i = 0; i < picture.length; i += 3) {
    picture[i] = red;
    picture[i + 1] = green;
    picture[i + 2] = blue;
  }
}

/** A linear gradient from one colour to another in a random direction. */
export function paintGradient(
  picture: Uint8Array,
  size: number,
  from: Colour,
  to: Colour,
  random: Random,
): void {
  const angle = random.next() * 2 * Math.PI;
  const dx = Math.cos(angle) / size;
  const dy = Math.sin(angle) / size;
  for (let i = 0, at = 0; i < size * size; i++, at += 3) {
    const x = (i % size) - size / 2;
    const y = Math.floor(i / size) - size / 2;
    const share = Math.min(1, Math.max(0, 0.5 + x * dx + y * dy));
    for (let c = 0; c < 3; c++) picture[at + c] = (from[c] ?? 0) * (1 - share) + (to[c] ?? 0) * share;
  }
}
