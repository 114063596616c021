/**
 * The seeded generator behind every random choice of EmojiWorld and of training: sfc32, four 32-bit words of
 * state.
 *
 * The state is four integers, so that a training run can be stopped, stored as JSON and continued exactly.
 */
export type RandomState = readonly [number, number, number, number];

export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform integer in [0, n). */
  int(n: number): number;
  /** Standard normal (Box-Muller; one value a call, so that the state stays four words). */
  normal(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** One item of a list that is not empty. */
  pick<T>(items: readonly T[]): T;
  /** A shuffled copy. */
  shuffle<T>(items: readonly T[]): T[];
  state(): RandomState;
  restore(state: RandomState): void;
}

/**
 * A generator of its own for every (seed, stream): `createRandom(1, 'train')` and `createRandom(1,
 * 'evaluation')` are unrelated.
 *
 * @throws RangeError when the seed is not an integer.
 */
export function createRandom(seed: number, stream = ''): Random {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`expected an integer seed, got ${seed}`);
  const words = new Int32Array([hash32(`${stream}:a:${seed}`), hash32(`${stream}:b:${seed}`), seed | 0, 1]);
  const random = fromWords(words);
  for (let i = 0; i < 15; i++) random.next(); // sfc32's own warm-up: the words are mixed after some ten rounds
  return random;
}

/**
 * FNV-1a with a final avalanche: a 32-bit hash of a text, equal on every machine. Returns an integer >= 0.
 */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function fromWords(words: Int32Array): Random {
  const next = (): number => sfc32(words) / 4294967296;
  const int = (n: number): number => {
    if (!(n >= 1)) throw new RangeError(`expected a number of choices of at least 1, got ${n}`);
    return Math.floor(next() * n);
  };
  return {
    next,
    int,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    between: (low, high) => low + (high - low) * next(),
    chance: (probability) => next() < probability,
    pick: (items) => items[int(items.length)] as (typeof items)[number], // int() stays below the length
    shuffle: (items) => shuffled(items, int),
    state: () => [words[0] ?? 0, words[1] ?? 0, words[2] ?? 0, words[3] ?? 0],
    restore: (state) => words.set(state),
  };
}

function sfc32(words: Int32Array): number {
  const [a = 0, b = 0, c = 0, counter = 0] = words;
  const sum = (((a + b) | 0) + counter) | 0;
  words[0] = b ^ (b >>> 9);
  words[1] = (c + (c << 3)) | 0;
  words[2] = (((c << 21) | (c >>> 11)) + sum) | 0;
  words[3] = (counter + 1) | 0;
  return sum >>> 0;
}

function shuffled<T>(items: readonly T[], int: (n: number) => number): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = int(i + 1);
    const swap = result[i] as T; // i and j stay below the length
    result[i] = result[j] as T;
    result[j] = swap;
  }
  return result;
}
