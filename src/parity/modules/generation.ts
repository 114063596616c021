/** What the generation modules share: their parameters, and the search with the scores it saw. */
import * as v from 'valibot';

import type { Decoder } from '../../generative/decoder.js';
import { generate } from '../../generative/generate.js';
import type { GenerationOptions } from '../../generative/generation-options.js';
import { paddedIds } from '../../generative/hypothesis.js';
import type { ParityCase } from '../parity-case.js';
import { checkForm } from '../parse-json.js';
import { Outputs, type RunOptions } from '../runner.js';

/** The keys of `params` of such cases. */
export const generationParams = [
  ...['strategy', 'steps', 'ignore_eos', 'min_top1_margin', 'num_beams', 'min_new_tokens', 'max_new_tokens'],
  ...['length_penalty', 'early_stopping', 'num_return_sequences', 'eos_token_id', 'pad_token_id'],
];

const Params = v.object({
  steps: v.optional(v.number()),
  ignore_eos: v.optional(v.boolean(), false),
  num_beams: v.optional(v.number(), 1),
  min_new_tokens: v.optional(v.number(), 0),
  max_new_tokens: v.optional(v.number()),
  length_penalty: v.optional(v.number(), 1),
  early_stopping: v.optional(v.boolean(), false),
  num_return_sequences: v.optional(v.number(), 1),
  eos_token_id: v.optional(v.number(), 2),
  pad_token_id: v.optional(v.number(), 0),
});

/** Generates as the case says: `ids`, `scores` of the hypotheses, and `logits` before each token. */
export async function runGeneration<State>(
  parityCase: ParityCase,
  decoder: Decoder<State>,
  options: RunOptions,
): Promise<Outputs> {
  const outputs = new Outputs(parityCase, options);
  const params = checkForm(parityCase.manifest.params, Params, 'params');
  const { rows, recording } = recorded(decoder);
  const samples = await generate(recording, searchOf(params, options.signal));
  const ids = paddedIds(samples, params.eos_token_id, params.pad_token_id);
  const scores = samples.flat().map(({ score }) => score);
  outputs.setValues('ids', { shape: [ids.length, ids[0]?.length ?? 0], data: Int32Array.from(ids.flat()) });
  outputs.setValues('scores', { shape: [scores.length], data: Float32Array.from(scores) });
  if (outputs.wants('logits')) outputs.setValues('logits', batchFirst(rows));
  return outputs;
}

function searchOf(params: v.InferOutput<typeof Params>, signal?: AbortSignal): GenerationOptions {
  return {
    maxNewTokens: params.max_new_tokens ?? params.steps ?? 0,
    minNewTokens: params.min_new_tokens,
    numBeams: params.num_beams,
    lengthPenalty: params.length_penalty,
    earlyStopping: params.early_stopping,
    numReturnSequences: params.num_return_sequences,
    eosTokenId: params.ignore_eos ? undefined : params.eos_token_id,
    signal,
  };
}

/** The same decoder, with a copy of all scores that it gives: step by step, row by row. */
function recorded<State>(decoder: Decoder<State>) {
  const rows: Float32Array[][] = [];
  const keep = ({ logits }: { readonly logits: readonly Float32Array[] }) =>
    rows.push(logits.map((row) => row.slice()));
  const recording: Decoder<State> = {
    ...decoder,
    async prefill(signal) {
      const next = await decoder.prefill(signal);
      keep(next);
      return next;
    },
    async step(state, tokens, signal) {
      const next = await decoder.step(state, tokens, signal);
      keep(next);
      return next;
    },
  };
  return { rows, recording };
}

/** Scores of a batch whose rows all last to the end: [B, steps, V]. */
function batchFirst(rows: readonly (readonly Float32Array[])[]) {
  const [first = []] = rows;
  const V = first[0]?.length ?? 0;
  const data = new Float32Array(first.length * rows.length * V);
  for (const [s, step] of rows.entries()) {
    for (const [b, row] of step.entries()) data.set(row, (b * rows.length + s) * V);
  }
  return { shape: [first.length, rows.length, V], data };
}
