/** From a folder of official files to weights, tokenizer and configuration in memory. */
import { fileURLToPath } from 'node:url';

import * as tf from '@tensorflow/tfjs-core';

import { checkpointWeights } from './checkpoint/checkpoint-weights.js';
import { diskFolder } from './checkpoint/disk-folder.js';
import { openFolder } from './checkpoint/open-folder.js';
import { type FloatSource, Scope } from './checkpoint/scope.js';
import { elementCount, type TensorSource } from './checkpoint/tensor-source.js';
import type { InternVLConfig } from './contrastive/config.js';
import { configOfTensors } from './contrastive/config-tensors.js';
import type { InternVLC } from './contrastive/internvl-c.js';
import { statedConfig } from './contrastive/read-config.js';
import { disposeInternVLC, readInternVLC } from './contrastive/weights.js';
import { resolveModel } from './hub/resolve-model.js';
import { CONTRASTIVE_NAMES, leftoversOf } from './leftovers.js';
import type { Memory, PretrainedOptions } from './pretrained-options.js';
import { readZeroShotFile, type ZeroShotFile } from './tasks/zero-shot-file.js';
import { readTokenizer } from './text/read-tokenizer.js';
import type { Tokenizer } from './text/tokenizer.js';

export interface LoadedModel {
  readonly source: string;
  readonly config: InternVLConfig;
  readonly params: InternVLC;
  readonly tokenizer: Tokenizer;
  readonly zeroShot: ZeroShotFile | undefined;
  readonly memory: Memory;
  readonly logitScale: number;
  /** Tensors of the checkpoint that belong to no part of the model. */
  readonly leftovers: readonly string[];
  dispose(): Promise<void>;
}

/**
 * Weights up to this size stay in memory: the wasm heap ends at 4 GB, and tfjs packs every matrix a second
 * time.
 */
export const RESIDENT_BYTES = 1.5e9;

/** The small model that comes with this package. */
export function embeddedModel(): string {
  return fileURLToPath(new URL('../weights/internvl-nano', import.meta.url));
}

/** Finds a model and reads it. @throws Error naming the file or tensor that is missing or invalid. */
export async function loadModel(name: string, options: PretrainedOptions): Promise<LoadedModel> {
  const { signal } = options;
  if (options.memory !== undefined && options.memory !== 'resident' && options.memory !== 'stream') {
    throw new TypeError(`expected memory resident or stream, got ${String(options.memory)}`);
  }
  const folder = await resolveModel(name, options);
  const files = diskFolder(folder);
  const stated = await statedConfig(files);
  const tokenizer = await readTokenizer(folder);
  const zeroShot = await readZeroShotFile(files);
  const checkpoint = await openFolder(files, undefined, signal && { signal });
  try {
    const weights = checkpointWeights(checkpoint);
    const config = configOfTensors(stated, (tensor) => weights.shapeOf(tensor), `${folder}/config.json`);
    checkVocabulary(tokenizer, config, folder);
    const memory = options.memory ?? (contrastiveBytes(checkpoint) <= RESIDENT_BYTES ? 'resident' : 'stream');
    const params = await allOrNothing(weights, signal, (scope) => readInternVLC(scope, config, { memory }));
    const logitScale = Math.exp((await params.logitScale.data())[0] ?? Number.NaN);
    if (memory === 'resident') await checkpoint.close();
    const dispose = async (): Promise<void> => {
      disposeInternVLC(params);
      if (memory === 'stream') await checkpoint.close();
    };
    const leftovers = leftoversOf(weights, memory === 'resident');
    return { source: name, config, params, tokenizer, zeroShot, memory, logitScale, leftovers, dispose };
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}

/** Reads weights, and frees those that were read when a later one fails or the signal ends it. */
async function allOrNothing<T>(
  weights: FloatSource,
  signal: AbortSignal | undefined,
  read: (scope: Scope) => Promise<T>,
): Promise<T> {
  let loaded: tf.Tensor[] | undefined = []; // undefined once all is read: streamed blocks are not kept
  const adopt = (tensor: tf.Tensor): tf.Tensor => {
    loaded?.push(tensor);
    if (loaded) signal?.throwIfAborted();
    return tensor;
  };
  try {
    const result = await read(new Scope(weights, '', adopt));
    loaded = undefined;
    return result;
  } catch (error) {
    tf.dispose(loaded ?? []);
    throw error;
  }
}

/** Bytes of the float32 weights that InternVL-C uses, of all tensors in the checkpoint. */
export function contrastiveBytes(source: TensorSource): number {
  let bytes = 0;
  for (const { name, shape } of source.infos.values())
    if (CONTRASTIVE_NAMES.test(name)) bytes += elementCount(shape) * 4;
  return bytes;
}

function checkVocabulary(tokenizer: Tokenizer, config: InternVLConfig, folder: string): void {
  const { vocabSize } = config.qllama;
  if (tokenizer.vocabSize <= vocabSize) return;
  throw new RangeError(
    `${folder}: expected a tokenizer of at most ${vocabSize} pieces, as the embedding has rows, got ` +
      `${tokenizer.vocabSize}: use the tokenizer of these weights`,
  );
}
