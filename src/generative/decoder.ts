/**
 * What the decoding strategies ask of a language model: the next tokens' scores, one row a hypothesis.
 *
 * The state is whatever the model keeps of the past (the KV cache). It is explicit: every call takes one
 * over and gives a new one, so each state is freed exactly once. The strategies know no tensors.
 */

/** A language model in the middle of its sentences. */
export interface Decoded<State> {
  /** The scores of the next token: [V] for each row. */
  readonly logits: readonly Float32Array[];
  readonly state: State;
}

export interface Decoder<State> {
  /** Reads the prompts: one row a sample. */
  prefill(signal?: AbortSignal): Promise<Decoded<State>>;
  /** One more token in each row. Takes `state` over: it is freed in any case, also when this throws. */
  step(state: State, tokens: readonly number[], signal?: AbortSignal): Promise<Decoded<State>>;
  /**
   * The given rows of `state`, in that order, some perhaps several times. Takes `state` over, also when this
   * throws.
   */
  select(state: State, rows: readonly number[]): State;
  dispose(state: State): void;
}
