/** A tokenizer: text to the ids of a vocabulary and back. Both file formats give one. */

export interface Tokenizer {
  readonly vocabSize: number;
  readonly bosId: number;
  readonly eosId: number;
  /** −1 when every text has pieces and no unknown one exists. */
  readonly unkId: number;
  /**
   * `[PAD]` where a vocabulary has it, else 0: fills up training texts. The models themselves are padded
   * with 0.
   */
  readonly padId: number;
  /** The ids of a text alone: no bos before it, no eos after it. */
  encode(text: string): number[];
  /** The text of ids. */
  decode(ids: readonly number[], options?: DecodeOptions): string;
  /** The text of ids that arrive one at a time: its pieces joined are `decode` of all ids. */
  stream(): TextStream;
  idToPiece(id: number): string;
}

export interface DecodeOptions {
  /** Leave out `<s>`, `</s>`, `<unk>` and `[PAD]` (default: true). */
  readonly skipSpecialTokens?: boolean;
}

/** Text as it becomes certain: a character of several byte tokens is given out with its last byte. */
export interface TextStream {
  /** The text that this id adds; often empty. */
  push(id: number): string;
  /** What was still held back. */
  end(): string;
}
