/** A caption against the facts of its scene: who is there, how often, and whether what it says of them holds. */
import { type Place, placesOfPair } from '../emojiworld/layout.js';
import type { Scene } from '../emojiworld/scene.js';
import type { CaptionFacts, Statement } from './caption-facts.js';

/** What a caption is judged by; `undefined` where the question does not arise. */
export interface CaptionJudgement {
  /** It names every actor and nothing else. */
  readonly names: boolean;
  /** Of a scene of one thing several times: it states this number, and no other. */
  readonly count: boolean | undefined;
  /** Where it states a size, a place or a relation: all of these hold. */
  readonly arrangement: boolean | undefined;
}

/** Actors go by their English names; the order in which a caption has them does not matter. */
export function judgeCaption({ names, statements }: CaptionFacts, scene: Scene): CaptionJudgement {
  const actors = new Set(scene.actors.map(({ concept }) => concept.names.en));
  const counts = statements.filter(({ kind }) => kind === 'count');
  const arrangement = statements.filter(({ kind }) => kind !== 'count');
  const hold = (stated: readonly Statement[]): boolean => stated.every((each) => holds(each, scene));
  return {
    names: names.length === actors.size && names.every((name) => actors.has(name)),
    count: scene.facts.kind === 'count' ? counts.length > 0 && hold(counts) : undefined,
    arrangement: arrangement.length > 0 ? hold(arrangement) : undefined,
  };
}

/** What is not among the facts does not hold: in a scene of two, neither is small. */
function holds(statement: Statement, scene: Scene): boolean {
  const { facts } = scene;
  const places = placesIn(scene);
  switch (statement.kind) {
    case 'count':
      return facts.kind === 'count' && facts.count === statement.count && isActor(statement.a, scene);
    case 'size':
      return facts.kind === 'single' && facts.size === statement.size && isActor(statement.a, scene);
    case 'place':
      return places.get(statement.a) === statement.place;
    case 'relation': {
      const [a, b] = placesOfPair[statement.relation];
      return places.get(statement.a) === a && places.get(statement.b) === b;
    }
  }
}

const isActor = (name: string, { actors }: Scene): boolean =>
  actors.some(({ concept }) => concept.names.en === name);

/** Where the actors stand, in scenes that are about that. */
function placesIn({ facts, actors }: Scene): ReadonlyMap<string, Place> {
  const places: readonly Place[] =
    facts.kind === 'single' ? [facts.place] : facts.kind === 'pair' ? placesOfPair[facts.relation] : [];
  return new Map(places.map((place, i) => [actors[i]?.concept.names.en ?? '', place]));
}
