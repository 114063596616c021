/** A language model of a table: its scores depend on prompt and text alone. Watches over its states. */
import type { Decoded, Decoder } from '../../src/generative/decoder.js';

/** The rows of a batch: prompt and text of each. */
export interface ToyState {
  readonly rows: readonly (readonly number[])[];
}

/** Natural logarithms or any logits of the next token, [V]; `text` begins with the prompt's number. */
export type Table = (text: readonly number[]) => readonly number[];

export interface ToyDecoder extends Decoder<ToyState> {
  /** Rows of each forward: of the prompts, then of each step. */
  readonly rowsRead: number[];
  /** States that were given out and not taken back. */
  readonly alive: ReadonlySet<ToyState>;
}

export interface ToyOptions {
  /** Called before each step with its number, from 1. */
  readonly beforeStep?: (step: number) => void;
  readonly beforeSelect?: () => void;
}

/** One prompt, a number, for each sample. */
export function toyDecoder(prompts: readonly number[], table: Table, options: ToyOptions = {}): ToyDecoder {
  const alive = new Set<ToyState>();
  const rowsRead: number[] = [];
  const stateOf = (rows: ToyState['rows']): ToyState => {
    const state = { rows };
    alive.add(state);
    return state;
  };
  const free = (state: ToyState): void => {
    if (!alive.delete(state)) throw new Error('this state was freed before');
  };
  const read = (rows: ToyState['rows']): Decoded<ToyState> => {
    rowsRead.push(rows.length);
    return { logits: rows.map((row) => Float32Array.from(table(row))), state: stateOf(rows) };
  };
  return {
    rowsRead,
    alive,
    prefill: async () => read(prompts.map((prompt) => [prompt])),
    async step(state, tokens) {
      free(state);
      options.beforeStep?.(rowsRead.length);
      if (tokens.length !== state.rows.length) throw new RangeError('expected a token for each row');
      return read(state.rows.map((row, i) => [...row, tokens[i] as number]));
    },
    select(state, rows) {
      free(state);
      options.beforeSelect?.();
      return stateOf(
        rows.map((row) => {
          const selected = state.rows[row];
          if (selected === undefined) throw new RangeError(`no row ${row}`);
          return selected;
        }),
      );
    },
    dispose: free,
  };
}

/** Logits in [−range, range) from a hash of the text. */
export function hashTable(vocabSize: number, range = 3): Table {
  return (text) => {
    let hash = 0x811c9dc5;
    for (const id of text) hash = Math.imul(hash ^ (id + 1), 0x01000193);
    return Array.from({ length: vocabSize }, (_, token) => {
      const mixed = Math.imul(hash ^ (token * 0x9e3779b1), 0x85ebca6b);
      return (((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 31 - 1) * range;
    });
  };
}

/** Probabilities by the generated text, its ids joined by spaces; `otherwise` for texts not named. */
export function probabilityTable(
  byText: Readonly<Record<string, readonly number[]>>,
  otherwise: readonly number[],
): Table {
  return (text) => (byText[text.slice(1).join(' ')] ?? otherwise).map(Math.log);
}
