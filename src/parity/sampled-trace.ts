/**
 * The thin trace of the full-width cases: some channels of some tokens of the first picture or text, and the
 * norm of the whole tensor, before the first block and after each.
 */
import type { Tap } from '../nn/tap.js';
import { numberParam, numbersParam } from './params.js';
import type { ParityCase } from './parity-case.js';
import { type Outputs, type TensorValues, valuesOf } from './runner.js';

/** Of one tensor. */
interface Entry {
  readonly samples: readonly number[];
  readonly norm: number;
}

export class SampledTrace {
  readonly #taken: Promise<Entry>[] = [];
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
    const width = x.shape.at(-1) ?? 1;
    const entry = valuesOf(x).then((data) => this.#entryOf(data, width));
    entry.catch(() => {}); // told by `store`, if the case gets that far
    this.#taken.push(entry);
  };

  #entryOf(data: TensorValues, width: number): Entry {
    const samples = this.#tokens.flatMap((token) => [
      ...data.slice(token * width, token * width + this.#channels),
    ]);
    let squares = 0;
    for (const value of data) squares += value * value;
    return { samples, norm: Math.sqrt(squares) };
  }

  /**
   * Hands over `trace.samples` [entries, tokens, channels] and `trace.norms` [entries], or `trace.cross.…`.
   */
  async store(outputs: Outputs, prefix = 'trace'): Promise<void> {
    if (this.#tokens.length === 0) return;
    const taken = await Promise.all(this.#taken);
    const shape = [this.#entries, this.#tokens.length, this.#channels];
    outputs.setValues(`${prefix}.samples`, { shape, data: taken.flatMap(({ samples }) => samples) });
    outputs.setValues(`${prefix}.norms`, { shape: [this.#entries], data: taken.map(({ norm }) => norm) });
  }
}
