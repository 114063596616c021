/** Module `tokenize`: texts to ids and back, prompts with images, cleaned captions, training samples. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';

import { cleanCaption } from '../../text/clean-caption.js';
import { imagePromptIds } from '../../text/image-prompt.js';
import { contrastiveIds } from '../../text/prompts.js';
import { parseModel } from '../../text/sentencepiece-model.js';
import { tokenizerFromModel } from '../../text/sentencepiece-tokenizer.js';
import type { Tokenizer } from '../../text/tokenizer.js';
import { trainingSample } from '../../text/training-sample.js';
import { judgeEqual, type OutputResult } from '../compare.js';
import type { ModuleRunner } from '../runner.js';

const ids = v.array(v.number());
const schema = v.object({
  texts: v.array(
    v.object({
      text: v.string(),
      summarize_ids: ids,
      prompt_ids: ids,
      decoded_prompt: v.string(),
      decoded_summarize: v.string(),
    }),
  ),
  image_prompts: v.array(v.object({ prompt: v.string(), ids })),
  caption_cleaning: v.array(v.object({ caption: v.string(), cleaned: v.string() })),
  training_samples: v.array(
    v.object({
      caption: v.string(),
      negative_caption: v.string(),
      positive_input_ids: ids,
      positive_attention_mask: ids,
      negative_input_ids: ids,
      negative_attention_mask: ids,
      summarize_input_ids: ids,
      summarize_attention_mask: ids,
      input_ids: ids,
      attention_mask: ids,
      labels: ids,
    }),
  ),
});
type Data = v.InferOutput<typeof schema>;

export const tokenizeRunner: ModuleRunner = {
  params: ['tokenizer_model', 'sha256'],
  async run(parityCase) {
    const bytes = await readFile(parityCase.filePath('tokenizer_model'));
    const digest = createHash('sha256').update(bytes).digest('hex');
    const tokenizer = tokenizerFromModel(parseModel(bytes));
    const data = await parityCase.data(schema);
    const { image_prompts, caption_cleaning } = data;
    return {
      judged: [
        judgeEqual('sha256', [digest], [parityCase.manifest.params.sha256]),
        ...judgeTexts(tokenizer, data),
        judgeEach('image_prompts', image_prompts, (each) => imagePromptIds(tokenizer, each.prompt), 'ids'),
        judgeEach('caption_cleaning', caption_cleaning, (each) => cleanCaption(each.caption), 'cleaned'),
        ...judgeSamples(tokenizer, data),
      ],
    };
  },
};

function judgeTexts(tokenizer: Tokenizer, { texts }: Data): OutputResult[] {
  const prompt = (text: string) => [tokenizer.bosId, ...tokenizer.encode(text)];
  return [
    judgeEach('summarize_ids', texts, (each) => contrastiveIds(tokenizer, each.text)),
    judgeEach('prompt_ids', texts, (each) => prompt(each.text)),
    judgeEach('decoded_summarize', texts, (each) => tokenizer.decode(each.summarize_ids)),
    judgeEach('decoded_prompt', texts, (each) => tokenizer.decode(each.prompt_ids)),
  ];
}

function judgeSamples(tokenizer: Tokenizer, { training_samples: samples }: Data): OutputResult[] {
  const made = samples.map((each) => trainingSample(tokenizer, each.caption, each.negative_caption));
  const judgeText = (prefix: string, part: 'positive' | 'negative' | 'summarize' | 'generate') => [
    judgeEqual(
      `training_samples.${part}.ids`,
      made.map((each) => each[part].ids),
      column(samples, `${prefix}input_ids`),
    ),
    judgeEqual(
      `training_samples.${part}.mask`,
      made.map((each) => each[part].mask),
      column(samples, `${prefix}attention_mask`),
    ),
  ];
  return [
    ...judgeText('positive_', 'positive'),
    ...judgeText('negative_', 'negative'),
    ...judgeText('summarize_', 'summarize'),
    ...judgeText('', 'generate'),
    judgeEqual(
      'training_samples.labels',
      made.map((each) => each.labels),
      column(samples, 'labels'),
    ),
  ];
}

/** Compares what `make` gives for each row with the row's `key` (by default the output's own name). */
function judgeEach<Row extends object>(
  name: string,
  rows: readonly Row[],
  make: (row: Row) => unknown,
  key: string = name,
): OutputResult {
  return judgeEqual(name, rows.map(make), column(rows, key));
}

function column(rows: readonly object[], key: string): unknown[] {
  return rows.map((row) => new Map<string, unknown>(Object.entries(row)).get(key));
}
