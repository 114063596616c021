/**
 * Captions that almost fit a scene: the same actors otherwise arranged, in another number or size, or one of them
 * another. Who matches captions with pictures by the names alone takes them for right.
 */
import { bareEnumeration, sceneCaption, type ToldScene } from './captions.js';
import type { Concept, Language } from './concepts.js';
import { type Facts, inverseOf, type Place } from './layout.js';
import type { Random } from './random.js';

/** A caption of a near miss of `scene`; another actor comes from `concepts`. It is never true of the scene itself. */
export function nearMissCaption(
  scene: ToldScene,
  language: Language,
  concepts: readonly Concept[],
  random: Random,
): string {
  const other = nearMiss(scene, concepts, random);
  // `A and B` is true of both arrangements of a pair.
  const alike = other.facts.kind === 'pair' ? bareEnumeration(other, language) : undefined;
  let caption = sceneCaption(other, language, random);
  while (alike !== undefined && caption.includes(alike)) caption = sceneCaption(other, language, random);
  return caption;
}

/** The scene with one thing changed, such that none of its captions that tell of the change is true any more. */
export function nearMiss(scene: ToldScene, concepts: readonly Concept[], random: Random): ToldScene {
  const facts = otherFacts(scene.facts, random);
  return facts ? { ...scene, facts } : withAnotherActor(scene, concepts, random);
}

const atTheSide = ['left', 'right', 'top', 'bottom'] as const satisfies readonly Place[];

/** Undefined where no other facts contradict the old ones in every caption. */
function otherFacts(facts: Facts, random: Random): Facts | undefined {
  switch (facts.kind) {
    case 'single':
      if (facts.size === 'large') return { ...facts, size: 'small', place: random.pick(atTheSide) };
      return facts.place === 'middle' ? undefined : { ...facts, size: 'large', place: 'middle' };
    case 'count':
      return { ...facts, count: random.pick([2, 3, 4].filter((count) => count !== facts.count)) };
    case 'pair':
      return { ...facts, relation: inverseOf[facts.relation] };
    case 'group':
      return undefined;
  }
}

function withAnotherActor(
  { facts, actors }: ToldScene,
  concepts: readonly Concept[],
  random: Random,
): ToldScene {
  const shown = new Set(actors.map(({ concept }) => concept.id));
  const newcomer = { concept: random.pick(concepts.filter(({ id }) => !shown.has(id))) };
  const place = random.int(actors.length);
  return { facts, actors: actors.map((actor, i) => (i === place ? newcomer : actor)) };
}
