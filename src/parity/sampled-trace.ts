/**
 * The thin trace of the full-width cases: some channels of some tokens of the first picture or text, and the
 * norm of the whole tensor, before the first block and after each.
 */
import type { Tap } from '../nn/tap.js';
import { numberParam, numbersParam } from './params.js';
import type { ParityCase } from './parity-case.js';
import type { Outputs } from './runner.js';

export class SampledTrace {
  readonly #samples: number[] = [];
  readonly #norms: number[] = [];
  readonly #tokens: readonly number[];
  readonly #channels: number;
  readonly #entries: number;
  readonly #names: RegExp;

  /** Of the stream: `numLayers` + 1 entries. Of the cross-attentions (`names`): as many as there are. */
  constructor(parityCase: ParityCase, entries: number, names = /^(embeddings|(block|layer)\.\d+)$/) {
    const isWanted = parityCase.manifest.params.trace_tokens !== undefined;
    this.#tokens = isWanted ? numbersParam(parityCase, 'trace_tokens') : [];
    this.#channels = isWanted ? numberParam(parityCase, 'trace_channels') : 0;
    this.#entries = entries;
    this.#names = names;
  }

  /** Takes the values of its names, in their order; ignores the others. */
  readonly tap: Tap = (name, x) => {
    if (this.#tokens.length === 0 || !this.#names.test(name)) return;
    const data = x.dataSync();
    const width = x.shape.at(-1) ?? 1;
    for (const token of this.#tokens) {
      this.#samples.push(...data.slice(token * width, token * width + this.#channels));
    }
    let squares = 0;
    for (const value of data) squares += value * value;
    this.#norms.push(Math.sqrt(squares));
  };

  /**
   * Hands over `trace.samples` [entries, tokens, channels] and `trace.norms` [entries], or `trace.cross.…`.
   */
  store(outputs: Outputs, prefix = 'trace'): void {
    if (this.#tokens.length === 0) return;
    const shape = [this.#entries, this.#tokens.length, this.#channels];
    outputs.setValues(`${prefix}.samples`, { shape, data: this.#samples });
    outputs.setValues(`${prefix}.norms`, { shape: [this.#entries], data: this.#norms });
  }
}
