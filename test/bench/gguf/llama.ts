/**
 * The LLaMA of the comparison as GGUF. Its tokenizer has bytes and nonsense words; only their number matters.
 *
 * Names of facts and tensors: llama.cpp's `LLM_ARCH_LLAMA`.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

import { config, int8Of, matrices, SCALE } from '../llama/weights.js';
import { type Fact, type GgufTensor, writeGguf } from './gguf.js';

/** As llama.cpp counts: mostly Q8_0. */
const FILE_TYPE = 7;
const SPECIAL = ['<unk>', '<s>', '</s>'];
const BYTES = 256;
/** Kinds of tokens. */
const [NORMAL, UNKNOWN, CONTROL, BYTE] = [1, 2, 3, 6];

/** Of a layer, and what they are called here. */
const PROJECTIONS = {
  ...{ attn_q: 'q', attn_k: 'k', attn_v: 'v', attn_output: 'o' },
  ...{ ffn_gate: 'gate', ffn_up: 'up', ffn_down: 'down' },
} as const;

const written = new Map<string, Promise<void>>();

/** Writes the model, 0.57 GB, once a process; it is removed when the process ends. */
export function writeLlama(path: string, progress: (text: string) => void): Promise<void> {
  const known = written.get(path);
  if (known) return known;
  progress('writing a LLaMA in GGUF');
  mkdirSync(dirname(path), { recursive: true });
  process.once('exit', () => rmSync(dirname(path), { recursive: true, force: true }));
  const writing = writeGguf(path, facts(), tensors());
  written.set(path, writing);
  return writing;
}

function facts(): Record<string, Fact> {
  const { hiddenSize, numHeads, vocabSize } = config;
  const words = Array.from({ length: vocabSize - SPECIAL.length - BYTES }, (_, i) => `▁word${i}`);
  const bytes = Array.from(
    { length: BYTES },
    (_, i) => `<0x${i.toString(16).toUpperCase().padStart(2, '0')}>`,
  );
  const kinds = [UNKNOWN, CONTROL, CONTROL, ...bytes.map(() => BYTE), ...words.map(() => NORMAL)] as number[];
  return {
    'general.architecture': { text: 'llama' },
    'general.name': { text: 'random' },
    'general.file_type': { u32: FILE_TYPE },
    'llama.context_length': { u32: config.maxPositions },
    'llama.embedding_length': { u32: hiddenSize },
    'llama.block_count': { u32: config.numLayers },
    'llama.feed_forward_length': { u32: config.intermediateSize },
    'llama.rope.dimension_count': { u32: hiddenSize / numHeads },
    'llama.rope.freq_base': { f32: config.ropeBase },
    'llama.attention.head_count': { u32: numHeads },
    'llama.attention.head_count_kv': { u32: numHeads },
    'llama.attention.layer_norm_rms_epsilon': { f32: config.normEps },
    'llama.vocab_size': { u32: vocabSize },
    'tokenizer.ggml.model': { text: 'llama' },
    'tokenizer.ggml.tokens': { texts: [...SPECIAL, ...bytes, ...words] },
    'tokenizer.ggml.scores': { f32s: Array.from({ length: vocabSize }, (_, i) => -i) },
    'tokenizer.ggml.token_type': { i32s: kinds },
    'tokenizer.ggml.bos_token_id': { u32: config.bosTokenId },
    'tokenizer.ggml.eos_token_id': { u32: config.eosTokenId },
    'tokenizer.ggml.unknown_token_id': { u32: 0 },
  };
}

function tensors(): GgufTensor[] {
  const shapes = matrices(config);
  const matrix = (name: string, ours: string): GgufTensor => {
    const shape = shapes.get(ours) ?? [0, 0];
    return { name: `${name}.weight`, shape, values: { int8: () => rowsOf(ours, shape), scale: SCALE } };
  };
  const norm = (name: string): GgufTensor => {
    const C = config.hiddenSize;
    return { name: `${name}.weight`, shape: [C], values: { floats: () => new Float32Array(C).fill(1) } };
  };
  const layers = Array.from({ length: config.numLayers }, (_, i) => [
    ...Object.entries(PROJECTIONS).map(([name, ours]) => matrix(`blk.${i}.${name}`, `${i}.${ours}`)),
    ...['attn_norm', 'ffn_norm'].map((name) => norm(`blk.${i}.${name}`)),
  ]);
  return [matrix('token_embd', 'tokens'), ...layers.flat(), norm('output_norm'), matrix('output', 'head')];
}

/** Queries and keys are turned pair by pair there, half by half here: channel j + i·D/2 of a head becomes 2j + i. */
function rowsOf(name: string, [n, k]: readonly [number, number]): Int8Array {
  const numbers = int8Of(name, n * k);
  if (!/\.[qk]$/.test(name)) return numbers;
  const [D, half] = [n / config.numHeads, n / config.numHeads / 2];
  const sorted = new Int8Array(n * k);
  for (let row = 0; row < n; row++) {
    const channel = row % D;
    const from = row - channel + Math.floor(channel / 2) + (channel % 2) * half;
    sorted.set(numbers.subarray(from * k, (from + 1) * k), row * k);
  }
  return sorted;
}
