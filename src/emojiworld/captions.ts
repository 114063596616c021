/** Scenes and clips told in nine languages, with the words of `phrases.ts` and `motions.ts`. */
import type { Clip } from './clip.js';
import type { Language } from './concepts.js';
import { inverseOf, placesOfPair, type Relation } from './layout.js';
import { motionPhrases } from './motions.js';
import { type Phrases, phrases } from './phrases.js';
import type { Random } from './random.js';
import type { Actor, Scene } from './scene.js';
import { fillTemplate, templates } from './texts.js';

/** Share of captions that are set into a sentence ("a picture of ..."). */
const SENTENCE_SHARE = 0.25;

/** What captions of a scene tell. */
export type ToldScene = Pick<Scene, 'facts'> & { readonly actors: readonly Pick<Actor, 'concept'>[] };

/** One caption of the scene. The same state of `random` gives the same caption. */
export function sceneCaption(scene: ToldScene, language: Language, random: Random): string {
  const told = factsToldIn(scene, language, random);
  return random.chance(SENTENCE_SHARE) ? fillTemplate(random.pick(templates[language]), told) : told;
}

/** `count` captions of a scene, as the five of each COCO picture: all different as long as there are that many. */
export function sceneCaptions(scene: ToldScene, language: Language, count: number, random: Random): string[] {
  return different(count, () => sceneCaption(scene, language, random));
}

/** One caption of the clip: who is seen and the name of the motion, in either order, as it is or introduced. */
export function clipCaption({ motion, start }: Clip, language: Language, random: Random): string {
  const { motions, told, introduced } = motionPhrases[language];
  const phrase = fillPair(random.pick(told), start.concept.names[language], motions[motion]);
  return fillTemplate(random.pick(introduced), phrase);
}

/** `count` captions of a clip: all different as long as there are that many, which is eight. */
export function clipCaptions(clip: Clip, language: Language, count: number, random: Random): string[] {
  return different(count, () => clipCaption(clip, language, random));
}

function different(count: number, tell: () => string): string[] {
  const told = new Set<string>();
  for (let tries = 0; told.size < count && tries < 20 * count; tries++) told.add(tell());
  const all = [...told];
  return Array.from({ length: count }, (_, i) => all[i % all.length] ?? '');
}

function factsToldIn({ facts, actors }: ToldScene, language: Language, random: Random): string {
  const words = phrases[language];
  const names = actors.map(({ concept }) => concept.names[language]);
  const [first = '', second = ''] = names;
  switch (facts.kind) {
    case 'single': {
      const sized = random.chance(2 / 3) ? fillTemplate(words.sizes[facts.size], first) : undefined;
      const placed = sized === undefined || random.chance(0.5);
      return placed ? fillTemplate(words.places[facts.place], sized ?? first) : sized;
    }
    case 'count':
      return fillTemplate(words.counts[facts.count - 2] ?? '{}', first);
    case 'pair':
      return pairTold(facts.relation, [first, second], words, random);
    case 'group':
      return enumeration(names, words);
  }
}

/** `A, B and C`: what a caption says that tells of no arrangement. */
export const bareEnumeration = ({ actors }: ToldScene, language: Language): string =>
  enumeration(
    actors.map(({ concept }) => concept.names[language]),
    phrases[language],
  );

/** A above B, or B below A, or A at the top and B at the bottom, or A and B. */
function pairTold(
  relation: Relation,
  names: readonly [string, string],
  words: Phrases,
  random: Random,
): string {
  const way = random.next();
  if (way < 0.15) return enumeration(names, words);
  if (way < 0.35) {
    return enumeration(
      names.map((name, i) => fillTemplate(words.places[placesOfPair[relation][i === 0 ? 0 : 1]], name)),
      words,
    );
  }
  const turned = way < 0.6;
  const [a, b] = turned ? [names[1], names[0]] : names;
  const phrase = words.relations[turned ? inverseOf[relation] : relation];
  return fillPair(phrase, a, b);
}

/** Sets two words into a phrase, at `{a}` and `{b}`. */
function fillPair(phrase: string, a: string, b: string): string {
  return phrase.replace(/\{([ab])\}/g, (_, which: string) => (which === 'a' ? a : b));
}

/** A, B and C. */
function enumeration(names: readonly string[], { comma, and }: Phrases): string {
  return `${names.slice(0, -1).join(comma)}${and}${names.at(-1) ?? ''}`;
}
