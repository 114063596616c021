import { expect, test } from 'vitest';

import { internVL14B } from '../../src/contrastive/config.js';
import { type AttentionTarget, lookOf } from '../../src/visual/attention-target.js';

const grid = { gridY: 16, gridX: 16 };

test.each<[AttentionTarget, string]>([
  [{ part: 'pool' }, 'pool: mean of 16 heads'],
  [{ part: 'vit' }, 'vit block 47: mean of 25 heads'],
  [{ part: 'vit', head: 3, patch: { row: 2, column: 15 } }, 'vit block 47, from patch 2,15: head 3'],
  [{ part: 'query', index: 0 }, 'query 0, layer 30: mean of 32 heads'],
])('%j of InternVL-14B is %s', (target, name) => {
  const { caption } = lookOf(internVL14B, grid, target);
  expect(`${caption.name}: ${caption.heads}`).toBe(name);
});

test('the class token stands in front of the patches, which go row by row', () => {
  const rowOf = (row: number, column: number) =>
    lookOf(internVL14B, grid, { part: 'vit', patch: { row, column } }).row;
  expect([lookOf(internVL14B, grid, { part: 'vit' }).row, rowOf(0, 0), rowOf(2, 15)]).toEqual([0, 1, 48]);
});

test.each<[AttentionTarget, string]>([
  [{ part: 'vit', block: 48 }, 'expected a block below 48, got 48'],
  [{ part: 'vit', block: 0.5 }, 'expected a block below 48, got 0.5'],
  [{ part: 'vit', head: 25 }, 'expected a head below 25, got 25'],
  [{ part: 'vit', patch: { row: 16, column: 0 } }, 'expected a row of patches below 16, got 16'],
  [{ part: 'vit', patch: { row: 0, column: -1 } }, 'expected a column of patches below 16, got -1'],
  [{ part: 'pool', head: 16 }, 'expected a head below 16, got 16'],
  [{ part: 'query', index: 96 }, 'expected a query below 96, got 96'],
  [{ part: 'query', index: 0, layer: 32 }, 'expected a layer below 32, got 32'],
  [{ part: 'query', index: 0, layer: 3 }, 'expected a layer that sees the picture (a multiple of 2), got 3'],
  [{ part: 'mlp' as 'pool' }, 'expected a part pool, vit or query, got mlp'],
])('%j is refused', (target, message) => {
  expect(() => lookOf(internVL14B, grid, target)).toThrow(message);
});
