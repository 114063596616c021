import { describe, expect, test } from 'vitest';

import { dequantizeRows, quantizeRows } from '../../src/checkpoint/int8.js';
import { isQuantizable } from '../../src/checkpoint/quantize.js';
import { syntheticValues } from '../../src/checkpoint/synthetic-weights.js';
import type { DType } from '../../src/checkpoint/tensor-source.js';

const row = (i: number): string => `row ${i}`;

/** Rows of one length → what they become. */
function quantized(...rows: number[][]): { q: number[]; scales: number[] } {
  const scales = new Float32Array(rows.length);
  return { q: [...quantizeRows(Float32Array.from(rows.flat()), scales, row)], scales: [...scales] };
}

describe('quantising', () => {
  test('each row by its own largest magnitude, which becomes ±127', () => {
    expect(quantized([127, -1, 0], [-0.5, 0.25, 0.125])).toEqual({
      q: [127, -1, 0, -127, 64, 32], // 63.5 is a tie, 31.75 is none
      scales: [1, Math.fround(0.5 / 127)],
    });
  });

  test('halves go to the even neighbour, and what is just beside a half does not', () => {
    const { q } = quantized([127, 0.5, 1.5, 2.5, -0.5, -1.5, 126.5, 0.5000001, 1.4999999]);
    expect(q).toEqual([127, 0, 2, 2, 0, -2, 126, 1, 1]);
  });

  test('rows of zeros, and of values too small for a scale, are zeros with scale 1', () => {
    expect(quantized([0, -0], [1e-40, -1e-36], [1.6e-36, 0])).toEqual({
      q: [0, 0, 0, 0, 127, 0],
      scales: [1, 1, Math.fround(Math.fround(1.6e-36) / 127)],
    });
  });

  test('the largest and the smallest floats stay within ±127', () => {
    const large = 3.4028234663852886e38;
    expect(quantized([large, -large], [2 ** -119, -(2 ** -119)]).q).toEqual([127, -127, 127, -127]);
  });

  test('NaN and infinity are refused with the row', () => {
    expect(() => quantized([1, 2], [Number.NaN, 2])).toThrow('row 1: expected finite values for int8');
    expect(() => quantized([1, Number.NEGATIVE_INFINITY])).toThrow('row 0: expected finite values for int8');
  });

  test('what comes back is q · scale rounded once, within half a scale of the value', () => {
    const values = syntheticValues(7, 0.25, 0, { start: 0, count: 300 });
    const scales = new Float32Array(3);
    const matrix = quantizeRows(values, scales, row);
    const back = dequantizeRows(matrix, scales, 100);
    back.forEach((value, i) => {
      const scale = scales[Math.floor(i / 100)] ?? 0;
      expect(value).toBe(Math.fround((matrix[i] ?? 0) * scale));
      expect(Math.abs(value - (values[i] ?? 0))).toBeLessThanOrEqual(scale * 0.500001);
    });
    const again = new Float32Array(3);
    expect(quantizeRows(back, again, row)).toEqual(matrix);
  });
});

test.each<[name: string, shape: number[], dtype: DType, isInt8: boolean]>([
  ['vision_model.encoder.layers.0.attn.qkv.weight', [9600, 3200], 'BF16', true],
  ['qllama.model.layers.3.mlp.down_proj.weight', [4096, 11008], 'F16', true],
  ['qllama.model.layers.10.cross_attn.k_proj.weight', [4096, 3200], 'F32', true],
  ['qllama.lm_head.weight', [49954, 4096], 'F64', true],
  ['clip_projector2.cross_attn.proj.weight', [768, 4096], 'BF16', true],
  ['model.mm_projector.0.weight', [4096, 3200], 'BF16', true],
  ['qllama.model.layers.1.mlp.up_proj.weight', [11008, 4096], 'I64', false],
  ['qllama.model.layers.0.mlp.up_proj.weight', [11008, 4096], 'BF16', false],
  ['model.layers.0.self_attn.q_proj.weight', [4096, 4096], 'F16', false],
  ['qllama.model.embed_tokens.weight', [49954, 4096], 'BF16', false],
  ['vision_model.embeddings.patch_embedding.weight', [3200, 3, 14, 14], 'BF16', false],
  ['vision_model.embeddings.position_embedding', [1, 257, 3200], 'BF16', false],
  ['vision_model.encoder.layers.0.norm1.weight', [3200], 'BF16', false],
  ['qllama.model.layers.1.self_attn.q_proj.bias', [4096], 'BF16', false],
  ['itm_head.weight', [2, 4096], 'BF16', false],
  ['text_projection', [4096, 768], 'BF16', false],
  ['query_tokens', [1, 96, 4096], 'BF16', false],
])('%s %j of %s becomes int8: %s', (name, shape, dtype, isInt8) => {
  expect(isQuantizable({ name, shape, dtype, byteLength: 0, file: 'model.safetensors' })).toBe(isInt8);
});
