/**
 * A trained model as an official folder: config, bf16 safetensors, tokenizer, image settings, and the words
 * it learnt.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { writeAtomically, writeTextAtomically } from '../checkpoint/atomic-file.js';
import { checkpointWeights } from '../checkpoint/checkpoint-weights.js';
import { openCheckpoint } from '../checkpoint/open-checkpoint.js';
import { floatTensor, type TensorToWrite } from '../checkpoint/safetensors-bytes.js';
import { transpose } from '../checkpoint/transpose.js';
import { writeSafetensors } from '../checkpoint/write-safetensors.js';
import { inputSize } from '../contrastive/config.js';
import { officialConfig } from '../contrastive/official-config.js';
import { preprocessorConfig } from '../contrastive/preprocessor-config.js';
import type { Parameter } from './trainable.js';
import type { TrainingRun } from './training-run.js';

export interface ExportedWords {
  readonly tokenizerModel: Uint8Array;
  /** What `classify` offers when no labels are named. */
  readonly labels: readonly string[];
  /** Sentences with `{c}` that labels are set into. */
  readonly templates: readonly string[];
}

/**
 * Writes the folder; each file whole or not at all. What the model that the run began with has besides, as the queries
 * in another stage 1, goes along as it was.
 */
export async function exportModel(folder: string, run: TrainingRun, words: ExportedWords): Promise<void> {
  const { config, state, model } = run;
  await mkdir(folder, { recursive: true });
  const tensors = [...model.parameters.values()].map((parameter) =>
    officialTensor(parameter, state.parameters.get(parameter.origin.name)),
  );
  const others = run.init === undefined ? [] : await otherTensors(run.init, model.parameters);
  await writeSafetensors(join(folder, 'model.safetensors'), [...tensors, ...others]);
  await writeAtomically(join(folder, 'tokenizer.model'), [words.tokenizerModel]);
  const json = (name: string, value: unknown) =>
    writeTextAtomically(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  await json('config.json', officialConfig(config.model));
  await json('preprocessor_config.json', preprocessorConfig(inputSize(config.model)));
  await json('tokenizer_config.json', {
    tokenizer_class: 'LlamaTokenizer',
    add_bos_token: true,
    add_eos_token: false,
  });
  // Captions of EmojiWorld are shorter than the 8 tokens at least of the official evaluation.
  await json('generation_config.json', { num_beams: 5, min_new_tokens: 1, max_new_tokens: 30 });
  await json('zero_shot.json', { templates: words.templates, labels: words.labels });
}

/** The parameter in the checkpoint's own layout (linear kernels as [Out, In]); a frozen one has no `learned` values. */
function officialTensor({ origin, variable }: Parameter, learned: Float32Array | undefined): TensorToWrite {
  const values = learned ?? (variable.dataSync() as Float32Array); // all parameters are float32
  const [In = 1, Out = 1] = variable.shape;
  const official = origin.transposed ? transpose(values, In, Out) : Float32Array.from(values);
  return floatTensor(origin.name, origin.shape, official, 'BF16');
}

async function otherTensors(
  init: string,
  known: ReadonlyMap<string, Parameter>,
): Promise<readonly TensorToWrite[]> {
  const checkpoint = await openCheckpoint(init);
  try {
    const weights = checkpointWeights(checkpoint);
    const names = weights.unread().filter((name) => !known.has(name));
    return await Promise.all(
      names.map(async (name) => {
        const shape = weights.shapeOf(name) ?? [];
        return floatTensor(name, shape, await weights.read(name, shape), 'BF16');
      }),
    );
  } finally {
    await checkpoint.close();
  }
}
