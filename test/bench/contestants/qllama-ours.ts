/**
 * QLLaMA-8B: the first token of a caption, every further one, and reading alone. Streamed from shards it is whole, in
 * memory it is its first layers.
 */
import * as tf from '@tensorflow/tfjs-core';

import { runningEngine } from '../../../src/backend/engine.js';
import { startBackend } from '../../../src/backend/start.js';
import { checkpointWeights } from '../../../src/checkpoint/checkpoint-weights.js';
import { openCheckpoint } from '../../../src/checkpoint/open-checkpoint.js';
import { Scope } from '../../../src/checkpoint/scope.js';
import type { TensorSource } from '../../../src/checkpoint/tensor-source.js';
import type { Decoded } from '../../../src/generative/decoder.js';
import { imageDecoder } from '../../../src/generative/model-decoder.js';
import type { KvCache } from '../../../src/llama/cache.js';
import { readLanguageHead, readLlamaBlock, readTokens } from '../../../src/llama/weights.js';
import { streamedBlocks } from '../../../src/nn/blocks.js';
import { type QLlamaConfig, qllama8B } from '../../../src/qllama/config.js';
import type { QLlama } from '../../../src/qllama/qllama.js';
import { readQLlama, readQueryBlock } from '../../../src/qllama/weights.js';
import type { Arithmetic } from '../../../src/simd/engine-options.js';
import { readStream } from '../../../src/simd/limits.js';
import type { Prepared, Sampler } from '../contestant/sampler.js';
import { LAYERS_ON_DISK } from '../qllama-shards.js';

export interface QLlamaSettings {
  readonly threads: number;
  readonly folder: string;
  readonly weights: 'streamed' | 'in memory';
  readonly arithmetic: Arithmetic;
}

const IMAGE_TOKENS = 257;
/** More than any cache holds; the engine is all but full. */
const READ_BYTES = 2 ** 27;
/** 96 queries and 8 tokens. */
const PROMPT = [1, 4223, 5777, 683, 29901, 263, 15373, 310];

export async function prepare({ threads, folder, weights, arithmetic }: QLlamaSettings): Promise<Prepared> {
  await startBackend({ device: 'wasm', threads, arithmetic });
  const source = await openCheckpoint(folder);
  const isStreamed = weights === 'streamed';
  const config = { ...qllama8B, numLayers: isStreamed ? qllama8B.numLayers : LAYERS_ON_DISK };
  const params = isStreamed ? await roundRobin(source) : await inMemory(source, config);
  const work = stepBytes(source, config.numLayers);
  const decoder = imageDecoder(config, params, {
    image: tf.randomUniform([1, IMAGE_TOKENS, qllama8B.visionHiddenSize], -1, 1, 'float32', 1),
    ids: tf.tensor2d(PROMPT, [1, PROMPT.length], 'int32'),
  });
  let last: Decoded<KvCache> = await decoder.prefill();
  const samplers = {
    prefill: {
      run: async () => {
        decoder.dispose(last.state);
        last = await decoder.prefill();
      },
      work: prefillFlops(),
      warmUps: 0,
    },
    step: {
      run: async () => {
        last = await decoder.step(last.state, [PROMPT[0] ?? 0]);
      },
      work,
      warmUps: 1,
    },
    read: isStreamed ? { run: () => readStep(source), work, warmUps: 1 } : readingMemory(threads),
  };
  return { samplers };
}

/** The layers that are on disk, all of them read before the first token. */
function inMemory(source: TensorSource, config: QLlamaConfig): Promise<QLlama> {
  return readQLlama(
    new Scope(checkpointWeights(source), '', { lender: runningEngine() }),
    config,
    'resident',
  );
}

/** Reading memory without any arithmetic. */
function readingMemory(threads: number): Sampler {
  const engine = runningEngine();
  if (engine === undefined) throw new Error('expected a running engine, got none');
  const { kernels } = engine;
  const address = kernels.heap.allocate(READ_BYTES);
  new Uint8Array(kernels.heap.memory.buffer, address, READ_BYTES).fill(1); // untouched pages are not in memory
  const stream = { address, bytes: READ_BYTES, units: 8 * threads };
  return { run: () => void readStream(kernels, stream), work: READ_BYTES };
}

/** The whole of QLLaMA-8B; layers beyond those on disk are the same again. */
async function roundRobin(source: TensorSource): Promise<QLlama> {
  const lender = runningEngine();
  const root = new Scope(checkpointWeights(source), '', { lender });
  const at = root.at('qllama.model');
  const layer = (i: number, signal?: AbortSignal) => at.until(signal).at(`layers.${i % LAYERS_ON_DISK}`);
  const norm = await at.rmsNorm('norm', qllama8B.hiddenSize);
  const tokens = await readTokens(at, qllama8B, 'stream');
  const head = await readLanguageHead(root.at('qllama'), qllama8B, 'stream');
  const queryTokens = await root.tensor('query_tokens', [1, qllama8B.numQueries, qllama8B.hiddenSize]);
  const { numLayers } = qllama8B;
  return {
    text: {
      tokens,
      norm,
      blocks: streamedBlocks(numLayers, (i, signal) => readLlamaBlock(layer(i, signal), qllama8B)),
    },
    queries: {
      queryTokens,
      norm,
      blocks: streamedBlocks(numLayers, (i, signal) => readQueryBlock(layer(i, signal), qllama8B, i)),
    },
    head,
  };
}

/** The tensors of one layer as text passes through it, in the order in which they are read. */
const ofLayer = (source: TensorSource, i: number): string[] =>
  [...source.infos.keys()].filter(
    (name) => name.startsWith(`qllama.model.layers.${i}.`) && !name.includes('cross_attn'),
  );
const ofHead = (source: TensorSource): string[] =>
  [...source.infos.keys()].filter((name) => name.startsWith('qllama.lm_head'));
const bytesOf = (source: TensorSource, names: readonly string[]): number =>
  names.reduce((sum, name) => sum + (source.infos.get(name)?.byteLength ?? 0), 0);

/** What a token needs: all layers without their cross-attention, and the language head. */
function stepBytes(source: TensorSource, numLayers: number): number {
  const layers = Array.from({ length: LAYERS_ON_DISK }, (_, i) => bytesOf(source, ofLayer(source, i)));
  const stored = layers.reduce((sum, bytes) => sum + bytes, 0);
  return (stored * numLayers) / LAYERS_ON_DISK + bytesOf(source, ofHead(source));
}

let target: Uint8Array<ArrayBufferLike> | undefined;

/** Reads what a token needs, layer after layer, and computes nothing. */
async function readStep(source: TensorSource): Promise<void> {
  const layers = Array.from({ length: qllama8B.numLayers }, (_, i) => ofLayer(source, i % LAYERS_ON_DISK));
  for (const names of [...layers, ofHead(source)]) {
    const length = bytesOf(source, names);
    if (target === undefined || target.length < length) {
      target = new Uint8Array(new SharedArrayBuffer(length));
    }
    let offset = 0;
    const reads: Promise<void>[] = [];
    for (const name of names) {
      const size = bytesOf(source, [name]);
      reads.push(source.readInto(name, target.subarray(offset, offset + size)));
      offset += size;
    }
    await Promise.all(reads);
  }
}

/** Products of the prefill: 2·rows·In·Out of every matrix, attention left out. */
function prefillFlops(): number {
  const { hiddenSize: C, intermediateSize: M, visionHiddenSize: W, numQueries: Q, numLayers } = qllama8B;
  const rows = Q + PROMPT.length;
  const layer = rows * (4 * C * C + 3 * C * M);
  const cross = 2 * Q * C * C + 2 * IMAGE_TOKENS * W * C;
  const looks = Math.ceil(numLayers / qllama8B.crossAttentionFrequency);
  return 2 * (numLayers * layer + looks * cross + C * qllama8B.vocabSize);
}
