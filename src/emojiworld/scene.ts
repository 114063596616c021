/**
 * Composed scenes as facts: who is there, how large and where, in which relation, on which ground.
 *
 * A scene is drawn (`compose.ts`) and told (`captions.ts`) from the same facts, and follows from its seed
 * alone.
 */
import { type Colour, randomColour } from './backgrounds.js';
import type { Concept } from './concepts.js';
import type { Style } from './icons.js';
import { type Facts, spotsOf } from './layout.js';
import { createRandom, type Random } from './random.js';
import { castOf, sceneSplit } from './splits.js';

export interface Actor {
  readonly concept: Concept;
  readonly style: Style;
  readonly x: number; //     centre, in picture sides
  readonly y: number;
  readonly side: number; //  of the icon's box, in picture sides
  readonly rotation: number; // radians
}

export interface Ground {
  readonly kind: 'plain' | 'gradient' | 'texture';
  readonly from: Colour;
  readonly to: Colour;
}

/** What is drawn of a scene, or of one moment of a clip. */
export interface Stage {
  readonly seed: number; // of the ground's noise
  readonly actors: readonly Actor[]; // in the order captions name them; later ones are drawn over earlier ones
  readonly ground: Ground;
}

export interface Scene extends Stage {
  readonly facts: Facts;
}

export interface SceneOptions {
  readonly concepts: readonly Concept[]; // scenes and clips of the train split leave the novel ones out
  readonly styles: readonly Style[];
}

/**
 * The scene of a seed.
 *
 * @throws RangeError when fewer than four concepts may be shown or there is no style.
 */
export function makeScene(seed: number, { concepts, styles }: SceneOptions): Scene {
  const shown = castOf(sceneSplit(seed), concepts);
  if (shown.length < 4) throw new RangeError(`expected at least 4 concepts for scenes, got ${shown.length}`);
  const random = createRandom(seed, 'scene');
  const facts = makeFacts(random);
  const spots = spotsOf(facts, random);
  const cast = chooseCast(facts, spots.length, shown, random);
  const style = random.pick(styles);
  const actors = spots.map(({ x, y, side }, i) => ({
    concept: cast[i % cast.length] as Concept, // i % length is inside, and the cast is not empty
    style,
    x: x + random.between(-0.03, 0.03),
    y: y + random.between(-0.03, 0.03),
    side: side * random.between(0.9, 1.1),
    rotation: random.between(-0.12, 0.12),
  }));
  return { seed, facts, actors, ground: makeGround(random) };
}

function makeFacts(random: Random): Facts {
  const kind = random.pick(['single', 'count', 'pair', 'pair', 'group'] as const);
  if (kind === 'single') {
    const size = random.pick(['small', 'large'] as const);
    const place = random.pick(['left', 'right', 'top', 'bottom', 'middle'] as const);
    return { kind, size, place: size === 'large' ? 'middle' : place };
  }
  if (kind === 'count') return { kind, count: 2 + random.int(3) };
  if (kind === 'pair')
    return { kind, relation: random.pick(['left of', 'right of', 'above', 'below'] as const) };
  return { kind };
}

/** Different concepts, or the same one for a count. */
function chooseCast(
  facts: Facts,
  actors: number,
  concepts: readonly Concept[],
  random: Random,
): readonly Concept[] {
  const wanted = facts.kind === 'count' ? 1 : actors;
  const cast = new Set<Concept>();
  while (cast.size < wanted) cast.add(random.pick(concepts));
  return [...cast];
}

/** Where scenes and clips take place. */
export function makeGround(random: Random): Ground {
  const kind = random.pick(['plain', 'gradient', 'texture'] as const);
  return { kind, from: randomColour(random), to: randomColour(random) };
}
