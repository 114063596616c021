/** The composed scenes in `docs/pictures/scenes/`, arranged by hand: no seed makes them, so no training saw them. */
import { composeScene, indexIcons } from './compose.js';
import { type Concept, loadConcepts } from './concepts.js';
import { loadIcons } from './icons.js';
import { type Facts, spotsOf } from './layout.js';
import type { PictureStyle } from './pictures.js';
import { createRandom } from './random.js';
import type { Ground } from './scene.js';

const ICON = 128; // pixels at which icons are drawn before they are placed

export interface ScenePicture {
  readonly name: string; // of the file, without `.png`
  readonly concepts: readonly string[]; // in the order of the actors; one for a count
  readonly style: PictureStyle;
  readonly facts: Facts;
  readonly ground: Ground;
}

export const scenePictures: readonly ScenePicture[] = [
  {
    name: 'dog-left-of-pizza',
    concepts: ['1f415', '1f355'],
    style: 'noto',
    facts: { kind: 'pair', relation: 'left of' },
    ground: { kind: 'plain', from: [226, 236, 246], to: [226, 236, 246] },
  },
  {
    name: 'three-bananas',
    concepts: ['1f34c'],
    style: 'twemoji',
    facts: { kind: 'count', count: 3 },
    ground: { kind: 'gradient', from: [220, 214, 240], to: [246, 240, 250] },
  },
  {
    name: 'small-rocket-at-the-top',
    concepts: ['1f680'],
    style: 'fluent-emoji-flat',
    facts: { kind: 'single', size: 'small', place: 'top' },
    ground: { kind: 'gradient', from: [40, 52, 92], to: [112, 132, 178] },
  },
  {
    name: 'guitar-above-car',
    concepts: ['1f3b8', '1f697'],
    style: 'twemoji',
    facts: { kind: 'pair', relation: 'above' },
    ground: { kind: 'texture', from: [214, 226, 206], to: [238, 242, 230] },
  },
];

/** RGB bytes, `side` x `side`. */
export async function drawScenePicture(picture: ScenePicture, side: number): Promise<Uint8Array> {
  const { style, facts, ground } = picture;
  const cast = castOf(picture, await loadConcepts());
  const icons = indexIcons(await loadIcons(cast, [style], ICON));
  const actors = spotsOf(facts, createRandom(0, picture.name)).map((spot, i) => {
    return { ...spot, concept: cast[i % cast.length] as Concept, style, rotation: 0 }; // i % length is inside
  });
  return composeScene({ seed: 0, actors, ground }, icons, side).rgb;
}

function castOf({ concepts }: ScenePicture, all: readonly Concept[]): Concept[] {
  return concepts.map((wanted) => {
    const concept = all.find(({ id }) => id === wanted);
    if (concept === undefined) throw new Error(`expected a concept ${wanted}, but there is none`);
    return concept;
  });
}
