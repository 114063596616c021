/** From a folder of official files to weights, tokenizer and configuration in memory. */
import { fileURLToPath } from 'node:url';

import { checkpointWeights } from './checkpoint/checkpoint-weights.js';
import { diskFolder } from './checkpoint/disk-folder.js';
import { Scope } from './checkpoint/scope.js';
import type { InternVLConfig } from './contrastive/config.js';
import { configOfTensors } from './contrastive/config-tensors.js';
import type { InternVLC } from './contrastive/internvl-c.js';
import { statedConfig } from './contrastive/read-config.js';
import { disposeInternVLC, readInternVLC } from './contrastive/weights.js';
import { resolveModel } from './hub/resolve-model.js';
import { leftoversOf } from './leftovers.js';
import { type Lender, memoryPlan } from './memory-plan.js';
import { openModel } from './open-model.js';
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

/** The small model that comes with this package. */
export function embeddedModel(): string {
  return fileURLToPath(new URL('../weights/internvl-nano', import.meta.url));
}

/**
 * Finds a model and reads it. When it fails, or the signal ends it, nothing stays in memory.
 *
 * @param lender keeps the matrices of a large model as they are stored.
 * @throws Error naming the file or tensor that is missing or invalid; RangeError when memory is too small.
 */
export async function loadModel(
  name: string,
  options: PretrainedOptions,
  lender?: Lender,
): Promise<LoadedModel> {
  const { signal } = options;
  if (options.memory !== undefined && options.memory !== 'resident' && options.memory !== 'stream') {
    throw new TypeError(`expected memory resident or stream, got ${String(options.memory)}`);
  }
  const folder = await resolveModel(name, options);
  const files = diskFolder(folder);
  const stated = await statedConfig(files);
  const tokenizer = await readTokenizer(folder);
  const zeroShot = await readZeroShotFile(files);
  const checkpoint = await openModel(files, stated, signal);
  try {
    const weights = checkpointWeights(checkpoint);
    const config = configOfTensors(stated, (tensor) => weights.shapeOf(tensor), `${folder}/config.json`);
    checkVocabulary(tokenizer, config, folder);
    const { memory, lends } = memoryPlan(checkpoint, lender, options.memory);
    const scope = new Scope(weights, '', { signal, lender: lends ? lender : undefined });
    const params = await readInternVLC(scope, config, { memory });
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

function checkVocabulary(tokenizer: Tokenizer, config: InternVLConfig, folder: string): void {
  const { vocabSize } = config.qllama;
  if (tokenizer.vocabSize <= vocabSize) return;
  throw new RangeError(
    `${folder}: expected a tokenizer of at most ${vocabSize} pieces, as the embedding has rows, got ` +
      `${tokenizer.vocabSize}: use the tokenizer of these weights`,
  );
}
