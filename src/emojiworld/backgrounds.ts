/** Grounds that icons stand on: one colour, gradients, textures. All are RGB bytes. */
import type { Random } from './random.js';

export type Colour = readonly [number, number, number];

/** A random colour at a distance from the drawing's mean colour; dark drawings get light grounds only. */
export function contrastingColour(mean: Colour, random: Random): Colour {
  const lightOnly = Math.max(...mean) < 70;
  let best: Colour = [255, 255, 255];
  let farthest = -1;
  for (let tries = 0; tries < 4 && farthest < 110; tries++) {
    // 110: a quarter of black to white, plainly apart
    const colour = randomColour(random, lightOnly);
    const distance = Math.sqrt(
      (colour[0] - mean[0]) ** 2 + (colour[1] - mean[1]) ** 2 + (colour[2] - mean[2]) ** 2,
    );
    if (distance > farthest) {
      farthest = distance;
      best = colour;
    }
  }
  return best;
}

/** Two thirds are light and pale, the rest anything. */
export function randomColour(random: Random, lightOnly = false): Colour {
  const low = lightOnly || random.chance(2 / 3) ? 150 : 0;
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

/**
 * Clouds of two colours: five octaves of value noise, each twice as fine and half as strong, and some fine
 * grain. They vary at every scale, as photographs do.
 */
export function paintTexture(
  picture: Uint8Array,
  size: number,
  from: Colour,
  to: Colour,
  random: Random,
): void {
  const share = new Float32Array(size * size);
  for (let cells = 2, strength = 0.5; cells <= 32; cells *= 2, strength /= 2) {
    addValueNoise(share, size, cells, strength, random);
  }
  for (let i = 0, at = 0; i < share.length; i++, at += 3) {
    const grain = random.between(-8, 8);
    const mix = share[i] ?? 0;
    for (let c = 0; c < 3; c++) {
      picture[at + c] = Math.min(255, Math.max(0, (from[c] ?? 0) * (1 - mix) + (to[c] ?? 0) * mix + grain));
    }
  }
}

/** Adds `strength` times random values on a grid of `cells`, interpolated between its points. */
function addValueNoise(
  share: Float32Array,
  size: number,
  cells: number,
  strength: number,
  random: Random,
): void {
  const grid = Float32Array.from({ length: (cells + 1) ** 2 }, () => random.next());
  for (let i = 0; i < share.length; i++) {
    const u = ((i % size) * cells) / size;
    const v = (Math.floor(i / size) * cells) / size;
    const at = Math.floor(v) * (cells + 1) + Math.floor(u);
    const right = u % 1;
    const above = (grid[at] ?? 0) * (1 - right) + (grid[at + 1] ?? 0) * right;
    const below = (grid[at + cells + 1] ?? 0) * (1 - right) + (grid[at + cells + 2] ?? 0) * right;
    share[i] = (share[i] ?? 0) + strength * (above + (v % 1) * (below - above));
  }
}
