/**
 * What an English caption of a scene says, read with the words that tell scenes (`emojiworld/phrases.ts`): names,
 * counts, sizes, places and relations. Whatever else it says is not looked at.
 */
import type { Place, Relation, Size } from '../emojiworld/layout.js';
import { phrases } from '../emojiworld/phrases.js';
import { fillTemplate } from '../emojiworld/texts.js';

/** Something a caption says about the things it names. */
export type Statement =
  | { readonly kind: 'count'; readonly a: string; readonly count: number }
  | { readonly kind: 'size'; readonly a: string; readonly size: Size }
  | { readonly kind: 'place'; readonly a: string; readonly place: Place }
  | { readonly kind: 'relation'; readonly a: string; readonly b: string; readonly relation: Relation };

export interface CaptionFacts {
  /** In the order of the caption, each once. */
  readonly names: readonly string[];
  readonly statements: readonly Statement[];
}

export type CaptionReader = (caption: string) => CaptionFacts;

const words = phrases.en;

/**
 * A reader of captions that may use these names. Names are found as whole words in any case, from left to right, the
 * longest that fits first: `hot dog` is no dog. A name that is another one with a size (`small airplane`) is left
 * out: of a scene it says that the other is of that size.
 */
export function captionReader(names: readonly string[]): CaptionReader {
  const known = new Map(names.map((name) => [name.toLowerCase(), name]));
  const sized = new Set(
    Object.values(words.sizes).flatMap((phrase) =>
      [...known.keys()].map((name) => fillTemplate(phrase, name)),
    ),
  );
  const readable = [...known.keys()].filter((name) => !sized.has(name));
  const longestFirst = readable.sort((a, b) => b.length - a.length).map(escaped);
  const anyName = wholeWords(`(?:${longestFirst.join('|')})`);
  return (caption) => {
    const found: string[] = [];
    const told = caption
      .toLowerCase()
      .replace(/[\s{}]+/g, ' ') // braces stand for names from here on
      .replace(anyName, (name) => `{${found.push(known.get(name) ?? name) - 1}}`);
    return { names: [...new Set(found)], statements: statementsIn(told, found) };
  };
}

/** A phrase as the pattern of its places for names, `{}` or `{a}` and `{b}`, and what it says of them. */
interface Reading {
  readonly pattern: RegExp;
  readonly says: (a: string, b: string) => Statement;
}

const readings: readonly Reading[] = [
  ...words.counts.map((phrase, i) => reading(phrase, (a) => ({ kind: 'count', a, count: i + 2 }))),
  ...entries(words.sizes).map(([size, phrase]) => reading(phrase, (a) => ({ kind: 'size', a, size }))),
  ...entries(words.places).map(([place, phrase]) => reading(phrase, (a) => ({ kind: 'place', a, place }))),
  ...entries(words.relations).map(([relation, phrase]) =>
    reading(phrase, (a, b) => ({ kind: 'relation', a, b, relation })),
  ),
];

function reading(phrase: string, says: Reading['says']): Reading {
  const source = escaped(phrase).replace(/\\\{([ab]?)\\\}/g, (_, which: string) => {
    return `\\{(?<${which || 'a'}>\\d+)\\}`;
  });
  return { pattern: wholeWords(source), says };
}

/** `told` has `{i}` where the caption has `names[i]`. */
function statementsIn(told: string, names: readonly string[]): Statement[] {
  const nameAt = (index: string | undefined): string => names[Number(index)] ?? '';
  return readings.flatMap(({ pattern, says }) =>
    [...told.matchAll(pattern)].map(({ groups }) => says(nameAt(groups?.a), nameAt(groups?.b))),
  );
}

function entries<Key extends string>(record: Readonly<Record<Key, string>>): [Key, string][] {
  return Object.entries(record) as [Key, string][]; // Object.entries forgets the keys
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function wholeWords(source: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${source}(?![\\p{L}\\p{N}])`, 'gu');
}
