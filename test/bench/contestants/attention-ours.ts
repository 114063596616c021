/** Our attention, on queries, keys and values as they lie in the model: side by side in rows of [T, 3·H·D]. */
import { attention } from '../../../src/simd/attention.js';
import { Engine } from '../../../src/simd/engine.js';
import type { Prepared } from '../contestant/sampler.js';
import { type AttentionSettings, attentionFlops, headValues } from './attention-shape.js';

const REPEATS = 3;

export async function prepare(settings: AttentionSettings): Promise<Prepared> {
  const { threads, heads, tokens, headDim } = settings;
  const engine = await Engine.start({ threads });
  await engine.ready();
  const { kernels } = engine;
  const width = heads * headDim;
  const [qkv, out] = [kernels.heap.allocate(12 * tokens * width), kernels.heap.allocate(4 * tokens * width)];
  const joined = kernels.floats(qkv, 3 * tokens * width);
  for (const [i, name] of ['q', 'k', 'v'].entries()) {
    eachElement(settings, headValues(name, settings), (token, channel, value) => {
      joined[(3 * token + i) * width + channel] = value;
    });
  }
  const rows = (address: number, parts: number) => ({
    address,
    rowStride: 4 * parts * width,
    batchStride: 0,
  });
  const part = (i: number) => rows(qkv + 4 * i * width, 3);
  const job = {
    ...{ batches: 1, heads, queries: tokens, keys: tokens, headDim },
    ...{ q: part(0), k: part(1), v: part(2), out: rows(out, 1) },
  };
  const run = () => attention(kernels, job);
  run();
  const mixed = kernels.floats(out, tokens * width);
  const output = new Float32Array(mixed.length);
  let at = 0;
  eachElement(settings, output, (token, channel) => {
    output[at++] = mixed[token * width + channel] ?? Number.NaN;
  });
  return {
    samplers: { run: { run, repeats: REPEATS, work: attentionFlops(settings) } },
    outputs: { run: output },
  };
}

/** Walks over [H, T, D] in order; a channel is one of the H·D that a token has. */
function eachElement(
  { heads, tokens, headDim }: AttentionSettings,
  values: Float32Array,
  visit: (token: number, channel: number, value: number) => void,
): void {
  for (let i = 0; i < heads * tokens * headDim; i++) {
    const [head, token] = [Math.floor(i / (tokens * headDim)), Math.floor(i / headDim) % tokens];
    visit(token, head * headDim + (i % headDim), values[i] ?? Number.NaN);
  }
}
