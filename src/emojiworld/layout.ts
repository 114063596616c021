/** Where the actors of a scene stand, by what the scene is about. */
import type { Random } from './random.js';

export type Place = 'left' | 'right' | 'top' | 'bottom' | 'middle';
export type Relation = 'left of' | 'right of' | 'above' | 'below';
export type Size = 'small' | 'large';

/** What there is to say about the actors. */
export type Facts =
  | { readonly kind: 'single'; readonly size: Size; readonly place: Place }
  | { readonly kind: 'count'; readonly count: number } //        the same concept 2 to 4 times
  | { readonly kind: 'pair'; readonly relation: Relation } //    the first is `relation` the second
  | { readonly kind: 'group' }; //                               3 or 4 different concepts in no order

/** Centre and side of an icon's box, in picture sides. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

const places: Readonly<Record<Place, readonly [x: number, y: number]>> = {
  left: [0.22, 0.5],
  right: [0.78, 0.5],
  top: [0.5, 0.22],
  bottom: [0.5, 0.78],
  middle: [0.5, 0.5],
};

/** Where the two of a pair stand, the first named first. */
export const placesOfPair: Readonly<Record<Relation, readonly [Place, Place]>> = {
  'left of': ['left', 'right'],
  'right of': ['right', 'left'],
  above: ['top', 'bottom'],
  below: ['bottom', 'top'],
};

/** A is `r` B when B is `inverseOf[r]` A. */
export const inverseOf: Readonly<Record<Relation, Relation>> = {
  'left of': 'right of',
  'right of': 'left of',
  above: 'below',
  below: 'above',
};

const diagonal = ['0.27 0.30', '0.73 0.70'];
const pairRow = ['0.27 0.50', '0.73 0.50'];
const triangle = ['0.50 0.27', '0.27 0.73', '0.73 0.73'];
const row = ['0.18 0.50', '0.50 0.50', '0.82 0.50'];
const square = ['0.27 0.27', '0.73 0.27', '0.27 0.73', '0.73 0.73'];

/** One spot an actor, in the order captions name them. */
export function spotsOf(facts: Facts, random: Random): readonly Spot[] {
  if (facts.kind === 'single') return [spotAt(facts.place, facts.size === 'large' ? 0.8 : 0.36)];
  if (facts.kind === 'pair') return placesOfPair[facts.relation].map((place) => spotAt(place, 0.4));
  const count = facts.kind === 'count' ? facts.count : 3 + random.int(2);
  if (count === 2) return arranged(random.pick([diagonal, pairRow]), 0.42);
  if (count === 3) return random.chance(0.5) ? arranged(triangle, 0.4) : arranged(row, 0.3);
  return arranged(square, 0.38);
}

function spotAt(place: Place, side: number): Spot {
  const [x, y] = places[place];
  return { x, y, side };
}

function arranged(points: readonly string[], side: number): readonly Spot[] {
  return points.map((point) => {
    const [x = 0.5, y = 0.5] = point.split(' ').map(Number);
    return { x, y, side };
  });
}
