/**
 * Re-ranking: the best matches of a search are ordered anew by image-text matching, which sees picture and text
 * together. The paper reports none; the head for it is trained in its stage 2.
 */
import type { MatchPair } from './match-pair.js';
import type { Match, Retrieval } from './retrieve.js';
import type { Table } from './similarity.js';

/** Above every cosine: what was matched comes before what was not. */
const MATCHED = 1;

/**
 * The first `k` matches of every list in the order of their match probability, the others behind them as they were.
 *
 * @param match the probability of each pair; every pair is asked for once.
 */
export async function rerank(
  found: Retrieval,
  k: number,
  match: (pairs: readonly MatchPair[]) => Promise<readonly number[]>,
): Promise<Retrieval> {
  const { pairs, numberOf } = candidates(found, k);
  const probabilities = await match(pairs);
  const probability = (picture: number, text: number) =>
    probabilities[numberOf.get(keyOf({ picture, text })) as number] as number; // one for each candidate
  const byPicture = copyOf(found.byPicture);
  const byText = copyOf(found.byText);
  const ordered = (table: Table, query: number, matches: readonly Match[], of: (i: number) => number) => {
    const best = matches.slice(0, k).map((each) => ({ ...each, match: of(each.index) }));
    best.sort((a, b) => b.match - a.match); // of equals, the one with the larger cosine stays first
    // Their places, not their probabilities: added to a number above every cosine, small ones would become equal.
    for (const [place, { index }] of best.entries()) {
      table.data[query * table.columns + index] = MATCHED + best.length - place;
    }
    return [...best, ...matches.slice(k)];
  };
  const textsOf = found.textsOf.map((matches, picture) =>
    ordered(byPicture, picture, matches, (text) => probability(picture, text)),
  );
  const picturesOf = found.picturesOf.map((matches, text) =>
    ordered(byText, text, matches, (picture) => probability(picture, text)),
  );
  return { ...found, textsOf, picturesOf, byPicture, byText };
}

/** The pairs of the first `k` matches of both directions, each once. */
function candidates({ textsOf, picturesOf }: Retrieval, k: number) {
  const all = [
    ...textsOf.flatMap((list, picture) => list.slice(0, k).map(({ index }) => ({ picture, text: index }))),
    ...picturesOf.flatMap((list, text) => list.slice(0, k).map(({ index }) => ({ picture: index, text }))),
  ];
  const byKey = new Map(all.map((pair) => [keyOf(pair), pair]));
  return { pairs: [...byKey.values()], numberOf: new Map([...byKey.keys()].map((key, i) => [key, i])) };
}

const keyOf = ({ picture, text }: MatchPair): string => `${picture} ${text}`;
const copyOf = (table: Table): Table => ({ ...table, data: table.data.slice() });
