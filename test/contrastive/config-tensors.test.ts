import { describe, expect, test } from 'vitest';

import { diskFolder } from '../../src/checkpoint/disk-folder.js';
import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import { configOfTensors, visionConfigOfTensors } from '../../src/contrastive/config-tensors.js';
import { readConfig } from '../../src/contrastive/read-config.js';

const folder = new URL('../fixtures/reference/tiny-14b/checkpoint', import.meta.url).pathname;
const source = await openCheckpoint(folder);
const config = await readConfig(diskFolder(folder), source);
type Shapes = Record<string, readonly number[] | undefined>;
/** The tiny model's tensors, some of them of other shapes. */
const withShapes = (shapes: Shapes) => (name: string) =>
  Object.hasOwn(shapes, name) ? shapes[name] : source.infos.get(name)?.shape;
const positions = 'vision_model.embeddings.position_embedding';
await source.close();

describe('a configuration and its tensors', () => {
  test('the tiny model fits', () => {
    expect(configOfTensors(config, withShapes({}))).toEqual(config);
  });

  test('blocks, positions, vocabulary and queries are those of the tensors', () => {
    const counted = configOfTensors(
      config,
      withShapes({
        [positions]: [1, 677, 80],
        'vision_model.encoder.layers.4.norm1.weight': undefined,
        'qllama.model.embed_tokens.weight': [400, 84],
        query_tokens: [1, 8, 84],
      }),
    );
    expect(counted.vision).toEqual({ ...config.vision, imageSize: 364, numLayers: 4 });
    expect(counted.qllama).toEqual({ ...config.qllama, vocabSize: 400, numQueries: 8 });
  });

  test('a stand-alone InternViT is checked and counted alike', () => {
    const shapes = withShapes({ [positions]: [1, 677, 80] });
    expect(visionConfigOfTensors(config.vision, shapes).imageSize).toBe(364);
    const wider = { ...config.vision, hiddenSize: 96 };
    expect(() => visionConfigOfTensors(wider, shapes)).toThrow('class_embedding: expected [1, 1, 96]');
  });

  test('a checkpoint may hold one tower only', () => {
    const towerOnly = (name: string) =>
      name.startsWith('vision_model.') ? source.infos.get(name)?.shape : undefined;
    expect(configOfTensors(config, towerOnly)).toEqual(config);
  });

  test.each<[string, Shapes, string]>([
    [
      'another width',
      { 'vision_model.encoder.layers.0.attn.qkv.weight': [9600, 3200] },
      'vision_model.encoder.layers.0.attn.qkv.weight: expected [240, 80] by config.json, got [9600, 3200]',
    ],
    ['another joint space', { text_projection: [84, 768] }, 'text_projection: expected [84, 48]'],
    [
      'cross-attention where there is none',
      { 'qllama.model.layers.1.cross_attn.k_proj.weight': [84, 80] },
      'qllama.model.layers.1.cross_attn.k_proj.weight: expected no such tensor',
    ],
    ['a table that is no square', { [positions]: [1, 16, 80] }, `${positions}: expected 1 + n² rows`],
    [
      'a block missing in the middle',
      { 'vision_model.encoder.layers.2.norm1.weight': undefined },
      'vision_model.encoder.layers.2.norm1.weight: expected in the checkpoint before block 3',
    ],
  ])('%s is an error', (_, shapes, message) => {
    expect(() => configOfTensors(config, withShapes(shapes))).toThrow(message);
  });

  test('a forced size must be that of the table', () => {
    const forced = { ...config, forceImageSize: 364 };
    expect(configOfTensors(forced, withShapes({ [positions]: [1, 677, 80] })).forceImageSize).toBe(364);
    expect(() => configOfTensors(forced, withShapes({}))).toThrow(
      'expected 677 rows for force_image_size 364 of config.json, got 17: set force_image_size to null',
    );
  });
});
