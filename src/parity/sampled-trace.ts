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
  readonly #numLayers: number;

  constructor(parityCase: ParityCase, numLayers: number) {
    const isWanted = parityCase.manifest.params.trace_tokens !== undefined;
    this.#tokens = isWanted ? numbersParam(parityCase, 'trace_tokens') : [];
    this.#channels = isWanted ? numberParam(parityCase, 'trace_channels') : 0;
    this.#numLayers = numLayers;
  }

  /** Takes `embeddings`, `block.i` and `layer.i`, in their order; ignores what lies inside a block. */
  readonly tap: Tap = (name, x) => {
    if (this.#tokens.length === 0 || !/^(embeddings|(block|layer)\.\d+)$/.test(name)) return;
    const data = x.dataSync();
    const width = x.shape.at(-1) ?? 1;
    for (const token of this.#tokens) {
      this.#samples.push(...data.slice(token * width, token * width + this.#channels));
    }
    let squares = 0;
    for (const value of data) squares += value * value;
    this.#norms.push(Math.sqrt(squares));
  };

  /** Hands over `trace.samples` [L + 1, tokens, channels] and `trace.norms` [L + 1]. */
  store(outputs: Outputs): void {
    if (this.#tokens.length === 0) return;
    const entries = this.#numLayers + 1;
    const shape = [entries, this.#tokens.length, this.#channels];
    outputs.setValues('trace.samples', { shape, data: this.#samples });
    outputs.setValues('trace.norms', { shape: [entries], data: this.#norms });
  }
}
