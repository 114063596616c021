/** From a folder of official files to weights, tokenizer and configuration in memory. */
import { checkpointWeights } from './checkpoint/checkpoint-weights.js';
import { Scope } from './checkpoint/scope.js';
import type { InternVLConfig } from './contrastive/config.js';
import { configOfTensors } from './contrastive/config-tensors.js';
import type { InternVLC } from './contrastive/internvl-c.js';
import type { InternVLG } from './contrastive/internvl-g.js';
import { statedConfig } from './contrastive/read-config.js';
import { tensorShapes } from './contrastive/tensor-names.js';
import { readInternVLC, readInternVLG } from './contrastive/weights.js';
import { GENERATIVE_NAMES, leftoversOf } from './leftovers.js';
import type { Lender } from './memory-choices.js';
import { memoryPlan } from './memory-plan.js';
import { type ModelFiles, type ModelSource, modelFiles } from './model-files.js';
import { disposeTree } from './nn/tree.js';
import { openModel } from './open-model.js';
import { askedMemory, type Memory, type PretrainedOptions } from './pretrained-options.js';
import type { CaptionSearch } from './tasks/caption-options.js';
import { readGenerationFile } from './tasks/generation-file.js';
import { readZeroShotFile, type ZeroShotFile } from './tasks/zero-shot-file.js';
import { readTokenizer } from './text/read-tokenizer.js';
import type { Tokenizer } from './text/tokenizer.js';

export interface LoadedModel {
  readonly source: string;
  readonly config: InternVLConfig;
  /** All of InternVL-G when no tensor of it is missing. */
  readonly params: InternVLC | InternVLG;
  /** Tensors of InternVL-G that the checkpoint lacks. */
  readonly missing: readonly string[];
  readonly tokenizer: Tokenizer;
  readonly zeroShot: ZeroShotFile | undefined;
  /** How its captions are searched for, as its own file says. */
  readonly search: CaptionSearch;
  readonly memory: Memory;
  /** Bytes that activations may take beside the weights. */
  readonly activationBytes: number;
  /** Bytes that a memory budget leaves for everything but the weights; infinite without one. */
  readonly roomBytes: number;
  readonly logitScale: number;
  /** Tensors of the checkpoint that belong to no part of the model. */
  readonly leftovers: readonly string[];
  dispose(): Promise<void>;
}

/**
 * Finds a model and reads it. When it fails, or the signal ends it, nothing stays in memory.
 *
 * @param lender keeps the matrices of a large model as they are stored.
 * @throws Error naming the file or tensor that is missing or invalid; RangeError when memory is too small.
 */
export async function loadModel(
  source: ModelSource | undefined,
  options: PretrainedOptions,
  lender?: Lender,
): Promise<LoadedModel> {
  try {
    const files = await modelFiles(source, options);
    const model = await readModel(files, options, lender);
    files.ready();
    return model;
  } catch (error) {
    options.signal?.throwIfAborted(); // a request that was ended says so in words of its own
    throw error;
  }
}

async function readModel(
  { source, folder }: ModelFiles,
  options: PretrainedOptions,
  lender: Lender | undefined,
): Promise<LoadedModel> {
  const { signal } = options;
  const asked = askedMemory(options.memory);
  const stated = await statedConfig(folder);
  const tokenizer = await readTokenizer(folder);
  const words = { zeroShot: await readZeroShotFile(folder), search: await readGenerationFile(folder) };
  const checkpoint = await openModel(folder, stated, signal);
  try {
    const weights = checkpointWeights(checkpoint);
    const config = configOfTensors(
      stated,
      (tensor) => weights.shapeOf(tensor),
      `${folder.description}/config.json`,
    );
    checkVocabulary(tokenizer, config, folder.description);
    const plan = memoryPlan(checkpoint, config, lender, asked);
    const { memory, residency, lends, activationBytes, roomBytes } = plan;
    const scope = new Scope(weights, '', { signal, lender: lends ? lender : undefined });
    const missing = missingTensors(config, (tensor) => weights.shapeOf(tensor) !== undefined);
    const read = missing.length === 0 ? readInternVLG : readInternVLC;
    const params = await read(scope, config, { memory: residency });
    const logitScale = Math.exp((await params.logitScale.data())[0] ?? Number.NaN);
    if (memory === 'resident') await checkpoint.close();
    const dispose = async (): Promise<void> => {
      disposeTree(params);
      if (memory === 'stream') await checkpoint.close();
    };
    const leftovers = leftoversOf(weights, memory === 'resident');
    const facts = { source, config, tokenizer, ...words, memory, activationBytes, roomBytes };
    return { ...facts, params, missing, logitScale, leftovers, dispose };
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}

/** What InternVL-G reads beyond InternVL-C, and the checkpoint does not have. */
function missingTensors(config: InternVLConfig, has: (tensor: string) => boolean): string[] {
  return [...tensorShapes(config).keys()].filter((tensor) => GENERATIVE_NAMES.test(tensor) && !has(tensor));
}

function checkVocabulary(tokenizer: Tokenizer, config: InternVLConfig, folder: string): void {
  const { vocabSize } = config.qllama;
  if (tokenizer.vocabSize <= vocabSize) return;
  throw new RangeError(
    `${folder}: expected a tokenizer of at most ${vocabSize} pieces, as the embedding has rows, got ` +
      `${tokenizer.vocabSize}: use the tokenizer of these weights`,
  );
}
