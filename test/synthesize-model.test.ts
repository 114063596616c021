import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';

import { checkpointWeights } from '../src/checkpoint/checkpoint-weights.js';
import { diskFolder } from '../src/checkpoint/disk-folder.js';
import { Scope } from '../src/checkpoint/scope.js';
import { internVLTiny } from '../src/contrastive/presets.js';
import { readConfig, statedConfig } from '../src/contrastive/read-config.js';
import { tensorShapes } from '../src/contrastive/tensor-names.js';
import { readGenerativeImageHead, readInternVLC } from '../src/contrastive/weights.js';
import { disposeTree } from '../src/nn/tree.js';
import { openModel } from '../src/open-model.js';
import { synthesizeModel } from '../src/synthesize-model.js';
import { syntheticVocabulary } from '../src/text/synthetic-tokenizer.js';
import { writeModel } from '../src/text/write-model.js';
import { embeddingsOf } from './contrastive/tiny-checkpoint.js';

const folder = mkdtempSync(join(tmpdir(), 'internvl-synthesize-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Opens `folder/name` as loading does. */
async function opened(name: string) {
  const files = diskFolder(join(folder, name));
  const source = await openModel(files, await statedConfig(files));
  const config = await readConfig(files, source);
  return { source, config, weights: checkpointWeights(source) };
}

const written = (name: string, layers?: number) =>
  synthesizeModel(join(folder, name), internVLTiny, { seed: 4, ...(layers !== undefined && { layers }) });

describe('a synthetic model', () => {
  test('every tensor of it belongs to a part of the model: read whole, nothing is left', async () => {
    await written('whole');
    const { source, config, weights } = await opened('whole');
    expect(config).toEqual(internVLTiny);
    const root = new Scope(weights);
    const contrastive = await readInternVLC(root, config);
    const { clipProjector } = contrastive;
    const generative = await readGenerativeImageHead(root, config, clipProjector, { memory: 'resident' });
    const { hiddenSize, vocabSize } = config.qllama;
    const head = await root.linear('qllama.lm_head', hiddenSize, vocabSize, { bias: false });
    const matching = await root.linear('itm_head', hiddenSize, 2);
    expect(weights.unread()).toEqual([]);
    disposeTree([contrastive, { ...generative, clipProjector: [] }, head, matching]);
    await source.close();
  });

  test.each([0, 1, 3])('with %d layers on disk: the same tensors and the same embeddings', async (layers) => {
    const report = await written(`${layers}-layers`, layers);
    expect(report.tensors).toBeLessThan(tensorShapes(internVLTiny).size);
    const results = [];
    for (const name of ['whole', `${layers}-layers`]) {
      const { source, config, weights } = await opened(name);
      expect(
        Object.fromEntries(Array.from(source.infos.values(), (info) => [info.name, info.shape])),
      ).toEqual(Object.fromEntries(tensorShapes(config)));
      const model = await readInternVLC(new Scope(weights), config, { memory: 'stream' });
      results.push(await embeddingsOf(config, model));
      disposeTree(model);
      await source.close();
    }
    expect(results[1]).toEqual(results[0]);
  });

  test('only the key in config.json makes missing tensors: without it they are missed by name', async () => {
    await written('without', 1);
    const path = join(folder, 'without/config.json');
    const { synthetic, ...config } = JSON.parse(readFileSync(path, 'utf8'));
    expect(synthetic).toEqual({ seed: 4 });
    expect(JSON.parse(readFileSync(join(folder, 'whole/config.json'), 'utf8'))).toEqual(config);
    writeFileSync(path, JSON.stringify(config));
    const { source, weights } = await opened('without');
    await expect(readInternVLC(new Scope(weights), internVLTiny)).rejects.toThrow(
      'vision_model.encoder.layers.1.norm1.weight: expected in',
    );
    writeFileSync(path, JSON.stringify({ ...config, synthetic: { seed: '4' } }));
    await expect(opened('without')).rejects.toThrow('synthetic.seed: expected a number, got "4"');
    writeFileSync(path, JSON.stringify({ ...config, synthetic: { seed: -1 } }));
    await expect(opened('without')).rejects.toThrow('synthetic.seed: expected a whole number from 0 to');
    await source.close();
    expect(tf.memory().numTensors).toBe(0);
  });

  test('a tokenizer of more pieces than the model has rows is refused', async () => {
    const tokenizer = writeModel(syntheticVocabulary(513));
    await expect(synthesizeModel(join(folder, 't'), internVLTiny, { seed: 1, tokenizer })).rejects.toThrow(
      'tokenizer: expected at most 512 pieces, as the model has rows, got 513',
    );
  });
});
