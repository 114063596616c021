/** Texts in groups of similar length are embedded as in one padded batch, in their order. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';

import { contrastiveIds, padRight } from '../../src/text/prompts.js';
import type { Tokenizer } from '../../src/text/tokenizer.js';
import { textEmbeddings } from '../../src/train/contrastive-forward.js';
import { groupEmbeddings, textGroups } from '../../src/train/text-groups.js';
import type { TrainableInternVLG } from '../../src/train/trainable.js';
import { relativeL2 } from '../nn/relative-l2.js';
import { tinyData } from './tiny-run.js';
import { tinyConfig, tinyTrainable } from './tiny-stage-2.js';

const texts = Array.from({ length: 70 }, (_, i) => `${'cat '.repeat(i % 12 === 0 ? 12 : i % 3)}dog`);

let tokenizer: Tokenizer;
let trainable: TrainableInternVLG;
beforeAll(async () => {
  const { data } = await tinyData();
  const ids = (text: string) => data.tokenizer.encode(text).map((id) => 3 + (id % 27));
  tokenizer = { ...data.tokenizer, encode: ids };
  trainable = await tinyTrainable();
});

const embedded = () => groupEmbeddings(tinyConfig, trainable, textGroups(tokenizer, texts));

function inOneBatch(): tf.Tensor {
  const rows = texts.map((text) => contrastiveIds(tokenizer, text));
  const length = Math.max(...rows.map((row) => row.length));
  return textEmbeddings(
    tinyConfig,
    trainable,
    tf.tensor2d(
      rows.map((row) => padRight(row, length)),
      undefined,
      'int32',
    ),
  );
}

test('the embeddings, and what they teach the table of tokens', () => {
  expect(relativeL2(embedded(), inOneBatch())).toBeLessThan(2e-6);
  const slope = (of: () => tf.Tensor) =>
    tf.variableGrads(() => tf.sum(tf.square(of())), [trainable.tokenTable as tf.Variable]).grads;
  const [a = tf.tensor([]), b = tf.tensor([])] = [embedded, inOneBatch].flatMap((of) =>
    Object.values(slope(of)),
  );
  expect(relativeL2(a, b)).toBeLessThan(1e-5);
});

test('little of them is padding', () => {
  const { groups, places } = textGroups(tokenizer, texts);
  expect(groups.map((group) => group.size)).toEqual([32, 32, 6]);
  expect(places.length).toBe(70);
  const cells = groups.reduce((sum, group) => sum + group.size * group.length, 0);
  expect(cells).toBeLessThan(0.6 * places.length * (groups.at(-1)?.length ?? 0));
});

test('keeps the embeddings alone', () => {
  const before = tf.memory().numTensors;
  embedded();
  expect(tf.memory().numTensors).toBe(before + 1);
});
