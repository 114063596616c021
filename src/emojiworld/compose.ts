/** A scene, or a moment of a clip, as pixels, with the exact mask of each actor. */
import { type Layer, placeIcon } from './affine.js';
import { blend } from './augment.js';
import { paintGradient, paintPlain, paintTexture } from './backgrounds.js';
import type { Icon, Style } from './icons.js';
import { pyramidOf } from './pyramid.js';
import { createRandom } from './random.js';
import type { Stage } from './scene.js';

/** Finds an icon; `undefined` where the style does not draw the concept. */
export type IconIndex = (concept: string, style: Style) => Icon | undefined;

export interface ComposedScene {
  readonly rgb: Uint8Array; //                size * size * 3
  readonly masks: readonly Uint8Array[]; //   for each actor the share of each pixel it covers, 0..255
}

/** An index over loaded icons. */
export function indexIcons(icons: readonly Icon[]): IconIndex {
  const byKey = new Map(icons.map((icon) => [`${icon.concept} ${icon.style}`, icon]));
  return (concept, style) => byKey.get(`${concept} ${style}`);
}

/**
 * Draws a scene. A concept that its style does not draw is taken from the first of `others` that has it.
 *
 * @throws Error when no style has the icon.
 */
export function composeScene(
  stage: Stage,
  icons: IconIndex,
  size: number,
  others: readonly Style[] = [],
): ComposedScene {
  const rgb = new Uint8Array(size * size * 3);
  paintGround(rgb, size, stage);
  const masks: Uint8Array[] = [];
  for (const { concept, style, x, y, side, rotation } of stage.actors) {
    const icon = [style, ...others]
      .map((name) => icons(concept.id, name))
      .find((found) => found !== undefined);
    if (icon === undefined)
      throw new Error(`expected an icon of ${concept.id} in ${style}, but none is loaded`);
    const layer = placeIcon(pyramidOf(icon), size, { rotation, scale: side, x: x - 0.5, y: y - 0.5 });
    blend(rgb, layer);
    for (const mask of masks) hide(mask, layer);
    masks.push(Uint8Array.from({ length: size * size }, (_, i) => Math.round(layer[i * 4 + 3] ?? 0)));
  }
  return { rgb, masks };
}

/** What a later actor covers is no longer seen of an earlier one. */
function hide(mask: Uint8Array, layer: Layer): void {
  for (let i = 0; i < mask.length; i++) {
    const alpha = layer[i * 4 + 3] ?? 0;
    if (alpha > 0) mask[i] = Math.round(((mask[i] ?? 0) * (255 - alpha)) / 255);
  }
}

function paintGround(rgb: Uint8Array, size: number, { seed, ground }: Stage): void {
  const random = createRandom(seed, 'ground');
  if (ground.kind === 'plain') paintPlain(rgb, ground.from);
  else if (ground.kind === 'gradient') paintGradient(rgb, size, ground.from, ground.to, random);
  else paintTexture(rgb, size, ground.from, ground.to, random);
}
