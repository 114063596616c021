/** One run of a decoder from its prompts on: owns the decoder's state and sees that it is freed once. */
import type { Decoder } from './decoder.js';
import type { GenerationSettings } from './generation-options.js';

export class DecoderRun<State> {
  readonly #decoder: Decoder<State>;
  readonly #signal: AbortSignal | undefined;
  /** Nothing while the decoder has it, and after the end. */
  #owned: { readonly state: State } | undefined;
  #logits: readonly Float32Array[] = [];

  private constructor(decoder: Decoder<State>, signal: AbortSignal | undefined) {
    this.#decoder = decoder;
    this.#signal = signal;
  }

  /**
   * Reads the prompts. The caller disposes of the run.
   *
   * @throws the signal's reason; RangeError when `eosTokenId` is none of the vocabulary.
   */
  static async start<State>(
    decoder: Decoder<State>,
    { signal, eosTokenId }: Pick<GenerationSettings, 'signal' | 'eosTokenId'>,
  ): Promise<DecoderRun<State>> {
    signal?.throwIfAborted();
    const run = new DecoderRun(decoder, signal);
    const { logits, state } = await decoder.prefill(signal);
    run.#owned = { state };
    run.#logits = logits;
    const small = logits.find((row) => row.length <= eosTokenId);
    if (small === undefined) return run;
    run.dispose();
    throw new RangeError(`eosTokenId: expected an id below ${small.length}, got ${eosTokenId}`);
  }

  /** Of the next token: [V] for each row. */
  get logits(): readonly Float32Array[] {
    return this.#logits;
  }

  /**
   * Goes on with the given rows, in that order, each with its next token. The others are dropped: they cost
   * nothing from here on.
   *
   * @throws the signal's reason, or the decoder's error.
   */
  async advance(rows: readonly number[], tokens: readonly number[]): Promise<void> {
    this.#signal?.throwIfAborted();
    if (this.#owned === undefined) throw new Error('expected a run that goes on, got one that ended');
    let { state } = this.#owned;
    this.#owned = undefined; // from here on the decoder frees it
    const isSame = rows.length === this.#logits.length && rows.every((row, i) => row === i);
    if (!isSame) state = this.#decoder.select(state, rows);
    const next = await this.#decoder.step(state, tokens, this.#signal);
    this.#owned = { state: next.state };
    this.#logits = next.logits;
  }

  /** Frees the state. May be called twice. */
  dispose(): void {
    const owned = this.#owned;
    this.#owned = undefined;
    if (owned !== undefined) this.#decoder.dispose(owned.state);
  }
}
