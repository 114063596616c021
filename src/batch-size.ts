/** How many pictures or texts go through a tower at once: as many as their activations leave room for. */
import type { InternVLConfig } from './contrastive/config.js';
import { inputSize } from './contrastive/config.js';
import type { Memory } from './pretrained-options.js';
import { maxTextLength } from './text/prompts.js';

/** What activations may take where nothing limits them: two thirds in a block, the rest between blocks. */
const ACTIVATION_BYTES = 3 * 2 ** 28;
const SHARE_IN_BLOCK = 2 / 3;
const MOST = 64;
/** Tokens of a prompt and its caption that any budget has room for. */
const CAPTION_TOKENS = 64;

/**
 * What a row of `tokens` tokens takes in a block: about 3·hidden + 2·intermediate floats a token in the heap of tfjs,
 * and the same again where a lent weight is multiplied.
 */
function bytesInBlock(tokens: number, { hiddenSize, intermediateSize }: Widths): number {
  return tokens * (3 * hiddenSize + 2 * intermediateSize) * 4 * 2;
}

interface Widths {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
}

function rowsThatFit(tokens: number, widths: Widths, bytes: number): number {
  const rows = Math.floor((SHARE_IN_BLOCK * bytes) / bytesInBlock(tokens, widths));
  return Math.max(1, Math.min(MOST, rows));
}

/** Pictures that go through a block together, where activations may take `bytes`. */
export function picturesAtOnce(config: InternVLConfig, bytes = ACTIVATION_BYTES): number {
  return rowsThatFit(tokensOf(config), config.vision, bytes);
}

/**
 * Pictures in one pass over the blocks. Where blocks are read anew in every pass, many pictures share one: between
 * blocks each takes its states alone, and a second copy of them when they are joined.
 */
export function picturesInPass(config: InternVLConfig, memory: Memory, bytes = ACTIVATION_BYTES): number {
  const atOnce = picturesAtOnce(config, bytes);
  if (memory === 'resident') return atOnce;
  const left = bytes - atOnce * bytesInBlock(tokensOf(config), config.vision);
  return Math.max(atOnce, Math.min(MOST, Math.floor(left / bytesOfStates(config))));
}

function bytesOfStates(config: InternVLConfig): number {
  return 2 * tokensOf(config) * config.vision.hiddenSize * 4;
}

function tokensOf(config: InternVLConfig): number {
  return Math.floor(inputSize(config) / config.vision.patchSize) ** 2 + 1;
}

export function textsAtOnce(config: InternVLConfig, maxTokens: number, bytes = ACTIVATION_BYTES): number {
  return rowsThatFit(maxTokens, config.qllama, bytes);
}

/** The most that activations make use of: `MOST` rows in a block. */
export function mostActivationBytes(config: InternVLConfig): number {
  const row = Math.max(
    bytesInBlock(tokensOf(config), config.vision),
    bytesInBlock(maxTextLength, config.qllama),
  );
  return Math.min(ACTIVATION_BYTES, (MOST * row) / SHARE_IN_BLOCK);
}

/**
 * The least that activations take: one picture, or one text, or if the model writes, one caption, whose keys and values
 * are kept in every layer.
 */
export function leastActivationBytes(config: InternVLConfig, writes: boolean): number {
  const { hiddenSize, numLayers, numQueries } = config.qllama;
  const tokens = numQueries + CAPTION_TOKENS;
  const caption = bytesInBlock(tokens, config.qllama) + 2 * tokens * hiddenSize * numLayers * 4;
  return Math.max(
    bytesInBlock(tokensOf(config), config.vision) + bytesOfStates(config),
    bytesInBlock(maxTextLength, config.qllama),
    writes ? caption : 0,
  );
}

/** Of these, what an engine must have room for beside the weights: its half of one row in a block. */
export function leastBytesInEngine(config: InternVLConfig): number {
  const { numQueries } = config.qllama;
  const tokens = Math.max(maxTextLength, numQueries + CAPTION_TOKENS);
  return Math.max(bytesInBlock(tokensOf(config), config.vision), bytesInBlock(tokens, config.qllama)) / 2;
}
