/** Greedy decoding and sampling: each sample goes on with one token at a time. */
import type { Decoder } from './decoder.js';
import { DecoderRun } from './decoder-run.js';
import type { GenerationSettings } from './generation-options.js';
import { bestToken } from './greedy.js';
import { logSumExp } from './log-softmax.js';
import { tokenSampler } from './sampling.js';

/** The text of one sample so far. */
export interface Continuation {
  readonly ids: readonly number[];
  /** Σ log p(token) of the model itself: before temperature and cuts. The token that ended it is included. */
  readonly sumLogProbs: number;
  readonly endedByEos: boolean;
}

interface Growing extends Continuation {
  readonly ids: number[];
  sumLogProbs: number;
  endedByEos: boolean;
  /** Its row in the decoder. */
  row: number;
  /** The next token for a row of logits; `banned` (−1: none) is not taken. */
  readonly choose: (logits: Float32Array, banned: number) => number;
}

/**
 * All samples after each new token, before the next one is computed: the same objects each time. Samples that
 * ended leave the decoder's batch.
 */
export async function* continuations<State>(
  decoder: Decoder<State>,
  settings: GenerationSettings,
): AsyncGenerator<readonly Continuation[]> {
  const run = await DecoderRun.start(decoder, settings);
  try {
    const samples = run.logits.map((_, row) => newSample(row, settings));
    let growing = samples;
    for (let length = 1; ; length++) {
      const { eosTokenId } = settings;
      const banned = length > settings.minNewTokens ? -1 : eosTokenId;
      for (const sample of growing) grow(sample, run.logits, eosTokenId, banned);
      yield samples;
      growing = growing.filter(({ endedByEos }) => !endedByEos);
      if (growing.length === 0 || length === settings.maxNewTokens) return;
      await run.advance(
        growing.map(({ row }) => row),
        growing.map(({ ids }) => ids[length - 1] as number), // each has grown by one a round
      );
      for (const [row, sample] of growing.entries()) sample.row = row;
    }
  } finally {
    run.dispose();
  }
}

/** Each sample draws from a generator of its own with the same seed: its text does not depend on the others. */
function newSample(row: number, { sampling }: GenerationSettings): Growing {
  const choose = sampling === undefined ? bestToken : tokenSampler(sampling);
  return { ids: [], sumLogProbs: 0, endedByEos: false, row, choose };
}

function grow(sample: Growing, logits: readonly Float32Array[], eosTokenId: number, banned: number): void {
  const row = logits[sample.row] as Float32Array; // the decoder has a row for each that grows
  const normaliser = logSumExp(row);
  const token = sample.choose(row, banned);
  sample.sumLogProbs += (row[token] as number) - normaliser;
  sample.endedByEos = token === eosTokenId;
  if (!sample.endedByEos) sample.ids.push(token);
}
