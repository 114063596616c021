/**
 * How often two symbols stand side by side in the words of a corpus, kept up to date while pairs are merged.
 *
 * A merge touches only the words that hold the pair, so learning n merges costs far less than n passes.
 */
import { PriorityQueue } from './priority-queue.js';

export interface PairCounts {
  /** Joins the most frequent pair in all words and returns its text; undefined when no pair is left. */
  mergeBest(): string | undefined;
}

interface Word {
  symbols: readonly string[];
  readonly count: number;
}

interface Pair {
  readonly left: string;
  readonly right: string;
  count: number;
  /** Words that hold the pair, or held it once. */
  readonly words: Set<Word>;
}

/** A pair with the count it had when it was queued: out of date once the count differs. */
interface Candidate {
  readonly pair: Pair;
  readonly text: string;
  readonly count: number;
}

/** `characters`: those that may be part of a piece; the others part their word in two. */
export function pairCounts(
  words: ReadonlyMap<string, number>,
  characters: ReadonlySet<string>,
  maxPieceLength: number,
): PairCounts {
  const pairs = new Map<string, Pair>();
  const queue = new PriorityQueue<Candidate>(comesBefore);
  const offer = (pair: Pair): void => {
    const text = pair.left + pair.right;
    const fits = pair.count > 0 && [...text].length <= maxPieceLength;
    if (fits) queue.push({ pair, text, count: pair.count });
  };
  for (const word of splitWords(words, characters)) addPairs(pairs, word, new Set());
  for (const pair of pairs.values()) offer(pair);

  return {
    mergeBest() {
      for (let best = queue.pop(); best !== undefined; best = queue.pop()) {
        if (best.count !== best.pair.count) continue;
        const touched = new Set<Pair>();
        for (const word of best.pair.words) replaceInWord(pairs, word, best, touched);
        for (const pair of touched) offer(pair);
        return best.text;
      }
      return undefined;
    },
  };
}

/** A total order: count, then length, then the text and where it is joined. */
function comesBefore(a: Candidate, b: Candidate): boolean {
  if (a.count !== b.count) return a.count > b.count;
  if (a.text.length !== b.text.length) return a.text.length < b.text.length;
  if (a.text !== b.text) return a.text < b.text;
  return a.pair.left.length < b.pair.left.length;
}

function* splitWords(words: ReadonlyMap<string, number>, characters: ReadonlySet<string>): Generator<Word> {
  for (const [word, count] of words) {
    let symbols: string[] = [];
    for (const character of [...word, '']) {
      if (characters.has(character)) symbols.push(character);
      else {
        if (symbols.length > 1) yield { symbols, count };
        symbols = [];
      }
    }
  }
}

/** Adds the pairs of a word to the counts. */
function addPairs(pairs: Map<string, Pair>, word: Word, touched: Set<Pair>): void {
  for (const [left, right] of neighbours(word)) {
    const key = keyOf(left, right);
    const pair = pairs.get(key) ?? { left, right, count: 0, words: new Set() };
    pairs.set(key, pair);
    pair.count += word.count;
    pair.words.add(word);
    touched.add(pair);
  }
}

/** Texts hold no lone surrogates, so this parts the two without doubt. */
function keyOf(left: string, right: string): string {
  return `${left}\ud800${right}`;
}

function removePairs(pairs: ReadonlyMap<string, Pair>, word: Word, touched: Set<Pair>): void {
  for (const [left, right] of neighbours(word)) {
    const pair = pairs.get(keyOf(left, right));
    if (pair === undefined) continue;
    pair.count -= word.count;
    touched.add(pair);
  }
}

function* neighbours({ symbols }: Word): Generator<[left: string, right: string]> {
  for (let i = 1; i < symbols.length; i++) yield [symbols[i - 1] as string, symbols[i] as string];
}

/**
 * Joins every occurrence of the pair in the word, from the left, and moves the counts of all pairs
 * concerned.
 */
function replaceInWord(
  pairs: Map<string, Pair>,
  word: Word,
  { pair, text }: Candidate,
  touched: Set<Pair>,
): void {
  const joined: string[] = [];
  for (let i = 0; i < word.symbols.length; i++) {
    const isPair = word.symbols[i] === pair.left && word.symbols[i + 1] === pair.right;
    joined.push(isPair ? text : (word.symbols[i] as string));
    if (isPair) i++;
  }
  if (joined.length === word.symbols.length) return;
  removePairs(pairs, word, touched);
  word.symbols = joined;
  addPairs(pairs, word, touched);
}
