import { describe, expect, test } from 'vitest';

import { inspectCheckpoint, partOf } from '../../src/checkpoint/inspect.js';
import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import type { TensorInfo, TensorSource } from '../../src/checkpoint/tensor-source.js';

const folder = new URL('../fixtures/reference/tiny-14b/checkpoint', import.meta.url).pathname;

/** A source of headers only: reading a weight fails. */
function headers(shapes: Record<string, number[]>): TensorSource {
  const info = (name: string, shape: number[]): TensorInfo => {
    const byteLength = 2 * shape.reduce((a, b) => a * b, 1);
    return { name, shape, dtype: 'BF16', byteLength, file: 'model.safetensors' };
  };
  const refuse = () => Promise.reject(new Error('expected no reading, got one'));
  return {
    description: 'headers',
    infos: new Map(Object.entries(shapes).map(([name, shape]) => [name, info(name, shape)])),
    read: refuse,
    readInto: refuse,
    close: async () => {},
  };
}

describe('inspect', () => {
  test('the tiny model by parts', async () => {
    const source = await openCheckpoint(folder);
    const report = inspectCheckpoint(source);
    await source.close();
    expect(report.total.tensors).toBe(168);
    expect([...report.byPart.keys()].sort()).toEqual([
      'clip_projector',
      'clip_projector2',
      'heads',
      'qllama',
      'vision',
    ]);
    expect(report.byPart.get('clip_projector')?.tensors).toBe(14);
    expect(report.byPart.get('vision')).toMatchObject({ tensors: 4 + 5 * 13 });
    expect(report.byDType.get('BF16')).toEqual(report.total);
    expect(report.byFile.size).toBe(3);
    const sum = [...report.byPart.values()].reduce((total, { parameters }) => total + parameters, 0);
    expect(report.total).toMatchObject({ parameters: sum, bytes: 2 * sum });
    expect(report.resident.weights).toBe(4 * sum);
  });

  test('memory: all weights, or the largest blocks that follow each other and what is in none', () => {
    const report = inspectCheckpoint(
      headers({
        'vision_model.encoder.layers.0.norm1.weight': [10],
        'vision_model.encoder.layers.0.attn.qkv.weight': [30, 10],
        'vision_model.encoder.layers.1.norm1.weight': [10],
        'qllama.model.layers.0.mlp.up_proj.weight': [20, 10],
        'qllama.model.embed_tokens.weight': [1000, 10],
        'qllama.lm_head.weight': [1000, 10],
        logit_scale: [],
        'qllama.model.layers.0.self_attn.rotary_emb.inv_freq': [5],
      }),
    );
    expect(report.resident).toEqual({
      weights: 4 * (10 + 300 + 10 + 200 + 10000 + 10000 + 1),
      lent: 2 * (300 + 200 + 10000),
      beside: 4 * (10 + 10 + 10000 + 1),
    });
    expect(report.streamed).toEqual({
      weights: 4 * (310 + 10 + 1),
      lent: 2 * 300,
      beside: 4 * (10 + 10 + 1),
    });
    expect(report.oneByOne).toEqual({ weights: 4 * (310 + 1), lent: 2 * 300, beside: 4 * (10 + 1) });
    expect(report.ignored).toEqual(['qllama.model.layers.0.self_attn.rotary_emb.inv_freq']);
  });

  test('names that belong to no part of InternVL 1.0', () => {
    expect(['model.mm_projector.0.weight', 'decode_head.conv.weight', 'itm_head.extra'].map(partOf)).toEqual([
      'other',
      'other',
      'other',
    ]);
  });
});
