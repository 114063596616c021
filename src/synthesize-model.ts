/** A complete model of synthetic weights as a folder in the official layout, of which some blocks may be left out. */
import {
  type SynthesizeOptions,
  type SynthesizeReport,
  synthesizeCheckpoint,
} from './checkpoint/synthesize.js';
import { type InternVLConfig, inputSize } from './contrastive/config.js';
import { officialConfig } from './contrastive/official-config.js';
import { preprocessorConfig } from './contrastive/preprocessor-config.js';
import { blockOf, tensorShapes } from './contrastive/tensor-names.js';
import { syntheticEntry } from './open-model.js';
import { parseModel } from './text/sentencepiece-model.js';
import { syntheticVocabulary } from './text/synthetic-tokenizer.js';
import { writeModel } from './text/write-model.js';

export interface SynthesizeModelOptions extends SynthesizeOptions {
  /**
   * Blocks of each tower to write, from the first; all when left out. The others are made when the model is used: the
   * results are the same.
   */
  readonly layers?: number;
  /** The bytes of a `tokenizer.model`; a made-up one of the model's vocabulary when left out. */
  readonly tokenizer?: Uint8Array;
}

/**
 * Writes the folder `target`: tensors, `config.json`, tokenizer, preprocessing.
 *
 * @throws RangeError for a tokenizer of more pieces than the model has rows; as `synthesizeCheckpoint`.
 */
export async function synthesizeModel(
  target: string,
  config: InternVLConfig,
  { layers = Number.POSITIVE_INFINITY, tokenizer, ...options }: SynthesizeModelOptions,
): Promise<SynthesizeReport> {
  const complete = tensorShapes(config);
  const written = new Map([...complete].filter(([name]) => (blockOf(name) ?? -1) < layers));
  const isPart = written.size < complete.size;
  const others = {
    'config.json': json({ ...officialConfig(config), ...(isPart && syntheticEntry(options.seed)) }),
    'preprocessor_config.json': json(preprocessorConfig(inputSize(config))),
    'tokenizer.model': tokenizerOf(config, tokenizer),
    'tokenizer_config.json': json({
      tokenizer_class: 'LlamaTokenizer',
      add_bos_token: true,
      add_eos_token: false,
    }),
    'special_tokens_map.json': json({ bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>' }),
  };
  return synthesizeCheckpoint(target, written, others, options);
}

function tokenizerOf({ qllama: { vocabSize } }: InternVLConfig, given: Uint8Array | undefined): Uint8Array {
  if (given === undefined) return writeModel(syntheticVocabulary(vocabSize));
  const pieces = parseModel(given).pieces.length;
  if (pieces <= vocabSize) return given;
  throw new RangeError(
    `tokenizer: expected at most ${vocabSize} pieces, as the model has rows, got ${pieces}`,
  );
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
