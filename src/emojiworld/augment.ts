/** Pictures of one icon for training and evaluation: placed, recoloured, in another style, on a ground. */
import { type Bend, type Layer, placeIcon } from './affine.js';
import { type Colour, contrastingColour, paintGradient, paintPlain } from './backgrounds.js';
import type { Icon } from './icons.js';
import { makePyramid, type Pyramid, pyramidOf } from './pyramid.js';
import type { Random } from './random.js';
import { pickStyle, stylise } from './stylise.js';

export interface AugmentOptions {
  readonly rotation: number; //                         at most so many degrees either way
  readonly scale: readonly [number, number]; //         1: the icon's box fills the picture
  readonly shift: number; //                            at most this share of the picture's side
  readonly small: number; //                            share of pictures with the icon as small as in scenes, anywhere
  readonly gray: number; //                             at most this share of the way to grey, 0..1
  readonly gain: number; //                             each colour channel times 1 ± this
  readonly background: 'white' | 'random';
  readonly style: number; //                            share of pictures drawn in another style, 0..1
  readonly bend: number; //                             0: proportions are kept; 1: stretched, sheared and waved
}

/** Where training begins; stronger changes from the first step stall it. */
export const moderate: AugmentOptions = {
  rotation: 10,
  scale: [0.8, 1.25],
  shift: 0.12,
  small: 0,
  gray: 0.5,
  gain: 0,
  background: 'random',
  style: 0,
  bend: 0,
};

/**
 * The augmentation of every evaluation: the ranges of `moderate`, with random numbers of a stream of its own.
 */
export const heldOut: AugmentOptions = moderate;
/** The stream of `createRandom` that evaluation uses and training must not. */
export const heldOutStream = 'held-out augmentation';

/** The widest: for the later part of training; ramp `style` up from 0 over the first third of a run. */
export const strong: AugmentOptions = {
  rotation: 14,
  scale: [0.7, 1.4],
  shift: 0.17,
  small: 0,
  gray: 0.8,
  gain: 0.15,
  background: 'random',
  style: 0.65,
  bend: 1,
};

/** Scales of small icons: those of the actors of scenes, and up to where the others begin. */
const SMALL = [0.3, 0.7] as const;

/**
 * One random picture of the icon: RGB bytes, size x size. The same state of `random` gives the same picture.
 */
export function augment(icon: Icon, size: number, random: Random, options: AugmentOptions): Uint8Array {
  const original = pyramidOf(icon);
  const changes = options.style > 0 && random.chance(options.style) && !isBlack(original.mean);
  const drawn = changes ? restyled(icon, random) : original;
  const small = options.small > 0 && random.chance(options.small);
  const [least, most] = small ? SMALL : options.scale;
  const rotation = (random.between(-1, 1) * options.rotation * Math.PI) / 180;
  const scale = least * (most / least) ** random.next(); // as often larger as smaller
  const shift = small ? (1 - scale) / 2 : options.shift;
  const layer = placeIcon(drawn, size, {
    rotation,
    scale,
    x: random.between(-1, 1) * shift,
    y: random.between(-1, 1) * shift,
    ...(options.bend > 0 && { bend: randomBend(random, options.bend) }),
  });
  recolour(layer, random, options);
  const picture = new Uint8Array(size * size * 3);
  paintGround(picture, size, drawn.mean, random, options.background);
  blend(picture, layer);
  return picture;
}

/** The icon as it is, filling a white picture: RGB bytes, size x size. */
export function renderClean(icon: Icon, size: number): Uint8Array {
  const picture = new Uint8Array(size * size * 3).fill(255);
  blend(picture, placeIcon(pyramidOf(icon), size, { rotation: 0, scale: 1, x: 0, y: 0 }));
  return picture;
}

/** Lays a premultiplied layer over an RGB picture: picture = layer + picture * (1 - alpha). */
export function blend(picture: Uint8Array, layer: Layer): void {
  for (let from = 0, to = 0; from < layer.length; from += 4, to += 3) {
    const alpha = layer[from + 3] ?? 0;
    if (alpha === 0) continue;
    const behind = 1 - alpha / 255;
    for (let c = 0; c < 3; c++) {
      picture[to + c] = Math.min(255, (layer[from + c] ?? 0) + behind * (picture[to + c] ?? 0) + 0.5);
    }
  }
}

function randomBend(random: Random, strength: number): Bend {
  return {
    stretch: 1.15 ** (strength * random.between(-1, 1)),
    shear: 0.15 * strength * random.between(-1, 1),
    wave: 0.04 * strength * random.next(),
    phases: [2 * Math.PI * random.next(), 2 * Math.PI * random.next()],
  };
}

/** A drawing in black is one of lines already; widened, they would run together. */
const isBlack = (mean: Colour): boolean => Math.max(...mean) < 40;

function restyled(icon: Icon, random: Random): Pyramid {
  return makePyramid(stylise(icon, pickStyle(random), random));
}

/** Moves the colours toward grey and scales the channels; colours stay below their alpha. */
function recolour(layer: Layer, random: Random, { gray, gain }: AugmentOptions): void {
  const toward = random.next() * gray;
  const gains = [0, 1, 2].map(() => 1 + random.between(-gain, gain));
  const [redGain = 1, greenGain = 1, blueGain = 1] = gains;
  for (let i = 0; i < layer.length; i += 4) {
    const alpha = layer[i + 3] ?? 0;
    if (alpha === 0) continue;
    const red = layer[i] ?? 0;
    const green = layer[i + 1] ?? 0;
    const blue = layer[i + 2] ?? 0;
    const tone = 0.299 * red + 0.587 * green + 0.114 * blue; // ITU-R BT.601
    layer[i] = Math.min(alpha, redGain * (red + toward * (tone - red)));
    layer[i + 1] = Math.min(alpha, greenGain * (green + toward * (tone - green)));
    layer[i + 2] = Math.min(alpha, blueGain * (blue + toward * (tone - blue)));
  }
}

/** White, or one colour or a gradient apart from the icon's mean colour. */
function paintGround(
  picture: Uint8Array,
  size: number,
  mean: Colour,
  random: Random,
  background: AugmentOptions['background'],
): void {
  const kind = background === 'white' ? 0 : random.next();
  if (kind < 0.2) picture.fill(255);
  else if (kind < 0.7) paintPlain(picture, contrastingColour(mean, random));
  else paintGradient(picture, size, contrastingColour(mean, random), contrastingColour(mean, random), random);
}
