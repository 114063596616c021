/** Decoding with our LLaMA in Node, and reading as many bytes as its weights have, once a token. */
import { runningEngine } from '../../../src/backend/engine.js';
import { readStream } from '../../../src/simd/limits.js';
import type { Prepared } from '../contestant/sampler.js';
import { likeliest, placed } from '../llama/likeliest.js';
import { ourLlama } from '../llama/ours.js';
import { STEPS } from '../llama/weights.js';

const UNITS_PER_THREAD = 4;

export async function prepare({ threads }: { readonly threads: number }): Promise<Prepared> {
  const llama = await ourLlama({ threads });
  const logits = await llama.logits();
  const samplers = {
    run: { run: () => llama.decode(), work: STEPS, warmUps: 1 },
    read: { run: readWeights(threads), work: STEPS },
  };
  return { samplers, outputs: { logits, likeliest: placed(likeliest(logits)) } };
}

/** The weights lie at the beginning of the memory, one after the other. */
function readWeights(threads: number): () => void {
  const engine = runningEngine();
  if (engine === undefined) throw new Error('expected a running engine, got none');
  const { kernels, lentBytes } = engine;
  const [units, address] = [UNITS_PER_THREAD * threads, kernels.control];
  const bytes = lentBytes - (lentBytes % (64 * units));
  return () => {
    for (let i = 0; i < STEPS; i++) readStream(kernels, { address, bytes, units });
  };
}
