/**
 * What int8 matrices change in the embeddings of InternVL-14B at full depth: synthetic weights, quantised as a
 * conversion does it, against what the official code made of them in float32. Three minutes; the set of references is
 * the argument: `npx tsx test/bench/int8-towers.ts ../shared/reference`.
 */
import type * as tf from '@tensorflow/tfjs-core';

import { runningEngine } from '../../src/backend/engine.js';
import { startBackend } from '../../src/backend/start.js';
import { Scope } from '../../src/checkpoint/scope.js';
import { syntheticWeights } from '../../src/checkpoint/synthetic-weights.js';
import { attentionPool } from '../../src/contrastive/attention-pool.js';
import { internVL14B } from '../../src/contrastive/config.js';
import { projectText } from '../../src/contrastive/internvl-c.js';
import { sumOfPools } from '../../src/contrastive/internvl-g.js';
import { readAttentionPool } from '../../src/contrastive/weights.js';
import { findCases } from '../../src/parity/find-cases.js';
import { ParityCase } from '../../src/parity/parity-case.js';
import { idsOf, pixelsOf, tensorOf } from '../../src/parity/tensors.js';
import { queryStates } from '../../src/qllama/query-tower.js';
import { lastTokenState, textStates } from '../../src/qllama/text-tower.js';
import { readQueryTower, readTextTower } from '../../src/qllama/weights.js';
import { internVit } from '../../src/vision/internvit.js';
import { readInternVit } from '../../src/vision/weights.js';
import { quantizedSource } from '../checkpoint/quantized-source.js';

const { vision, qllama, clipEmbedDim: E, attnPoolNumHeads } = internVL14B;

/** The embedding of a case, and under which name the case has it. */
const towers: Readonly<
  Record<string, [output: string, embed: (root: Scope, of: ParityCase) => Promise<tf.Tensor>]>
> = {
  'vit-6b': ['clip_projector', imageEmbedding],
  'qllama-8b-text': ['text_embeds', textEmbedding],
  'qllama-8b-image': ['image_embeds.g', queryEmbedding],
};

const [set] = process.argv.slice(2);
if (set === undefined) throw new Error('expected the folder of the references');
await startBackend();
const cases = await findCases(set);
for (const [tower, [output, embed]] of Object.entries(towers)) {
  const location = cases.find(({ name }) => name === `full-width/${tower}`);
  if (location === undefined) throw new Error(`${set}: expected the case full-width/${tower}, got none`);
  const parityCase = await ParityCase.open(location);
  const { weights } = parityCase.manifest;
  if (typeof weights !== 'object' || weights === null)
    throw new Error(`${tower}: expected synthetic weights`);
  const source = quantizedSource(syntheticWeights(weights.synthetic));
  const start = performance.now();
  const embedding = await embed(new Scope(source, '', { lender: runningEngine() }), parityCase);
  const cosine = cosineOf(await embedding.data(), (await parityCase.expected(output)).data);
  await parityCase.close();
  console.log(
    `${tower} ${output}: cosine ${cosine.toFixed(6)}, ${((performance.now() - start) / 1e3).toFixed(0)} s`,
  );
}
process.exit(); // the engine's threads would keep the process

async function imageEmbedding(root: Scope, of: ParityCase): Promise<tf.Tensor> {
  const tower = await readInternVit(root.at('vision_model'), vision, 'stream');
  const tokens = await internVit(vision, tower, pixelsOf(await of.input('pixel_values')));
  const pool = await readAttentionPool(root.at('clip_projector'), vision.hiddenSize, E);
  return attentionPool(pool, tokens, attnPoolNumHeads);
}

async function textEmbedding(root: Scope, of: ParityCase): Promise<tf.Tensor> {
  const tower = await readTextTower(root.at('qllama.model'), qllama, 'stream');
  const ids = idsOf(await of.input('input_ids'));
  const states = await textStates(qllama, tower, ids);
  return projectText(
    await root.tensor('text_projection', [qllama.hiddenSize, E]),
    lastTokenState(states, ids),
  );
}

async function queryEmbedding(root: Scope, of: ParityCase): Promise<tf.Tensor> {
  const image = tensorOf<'B N W'>(await of.input('vision_hidden_states'));
  const states = await queryStates(qllama, await readQueryTower(root, qllama, 'stream'), image);
  const pool = await readAttentionPool(root.at('clip_projector'), vision.hiddenSize, E);
  const pool2 = await readAttentionPool(root.at('clip_projector2'), qllama.hiddenSize, E);
  return sumOfPools(internVL14B, pool, pool2, { image, states });
}

function cosineOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x = Number.NaN, y = Number.NaN] = [a[i], b[i]];
    dot += x * y;
    aa += x * x;
    bb += y * y;
  }
  return dot / Math.sqrt(aa * bb);
}
