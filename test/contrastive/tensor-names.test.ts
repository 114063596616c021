import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import { elementCount } from '../../src/checkpoint/tensor-source.js';
import { parseInternVLConfig } from '../../src/contrastive/config-json.js';
import { officialConfig } from '../../src/contrastive/official-config.js';
import { internVLNano, presets } from '../../src/contrastive/presets.js';
import { blockOf, tensorShapes } from '../../src/contrastive/tensor-names.js';
import { tinyFolder } from './tiny-checkpoint.js';

const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

describe('the tensors of a configuration', () => {
  test('InternVL-14B: the 1048 of the official checkpoint, in its order, 13,834,975,747 parameters', () => {
    const shapes = tensorShapes(presets['internvl-14b']);
    const python = (shape: readonly number[]) => `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
    const lines = Array.from(shapes, ([name, shape]) => `${name}\t${python(shape)}\n`);
    const official = readFileSync('test/fixtures/tensor-names/internvl-14b.tsv', 'utf8');
    expect(lines.join('')).toBe(official);
    const count = [...shapes.values()].reduce((sum, shape) => sum + elementCount(shape), 0);
    expect([shapes.size, count]).toEqual([1048, 13_834_975_747]);
  });

  test('a checkpoint that the official classes wrote has just these', async () => {
    const config = parseInternVLConfig(json(`${tinyFolder}/config.json`));
    const source = await openCheckpoint(tinyFolder);
    const shapes = Object.fromEntries(Array.from(source.infos.values(), ({ name, shape }) => [name, shape]));
    expect(Object.fromEntries(tensorShapes(config))).toEqual(shapes);
    await source.close();
  });

  test('options of the configuration add and remove tensors', () => {
    const { vision } = internVLNano;
    const qkv = 'vision_model.encoder.layers.0.attn.qkv.bias';
    const norm = 'vision_model.encoder.layers.0.attn.q_norm.weight';
    const other = tensorShapes({
      ...internVLNano,
      vision: { ...vision, qkvBias: true, qkNormalization: false },
      forceImageSize: 64,
    });
    expect(tensorShapes(internVLNano).get(norm)).toEqual([128]);
    expect(other.get(qkv)).toEqual([384]);
    expect(other.has(norm)).toBe(false);
    expect(other.get('vision_model.embeddings.position_embedding')).toEqual([1, 257, 128]);
  });

  test('blocks are counted by tower; what is outside has no number', () => {
    expect(blockOf('vision_model.encoder.layers.47.ls1')).toBe(47);
    expect(blockOf('qllama.model.layers.3.cross_attn.norm1.weight')).toBe(3);
    expect(blockOf('qllama.model.norm.weight')).toBeUndefined();
  });
});

describe('presets', () => {
  test.each(Object.entries(presets))('%s: its config.json says the same', (_, config) => {
    expect(parseInternVLConfig(officialConfig(config))).toEqual(config);
  });

  test('internvl-nano is the model of this repository', () => {
    expect(parseInternVLConfig(json('weights/internvl-nano/config.json'))).toEqual(internVLNano);
  });
});
