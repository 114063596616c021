import { expect, test } from 'vitest';

import { checkpointWeights } from '../../src/checkpoint/checkpoint-weights.js';
import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import { withSyntheticTensors } from '../../src/checkpoint/synthetic-source.js';
import { syntheticWeights } from '../../src/checkpoint/synthetic-weights.js';
import { tinyFolder } from '../contrastive/tiny-checkpoint.js';

const absent = 'vision_model.encoder.layers.9.mlp.fc1.weight';
const shapes = new Map([
  [absent, [300, 257]],
  ['text_projection', [1, 1]], // the folder has it: its own shape counts
]);

test('what the checkpoint has comes from there, what it lacks from the rule', async () => {
  const stored = await openCheckpoint(tinyFolder);
  const all = withSyntheticTensors(stored, shapes, 3);
  expect(all.infos.size).toBe(stored.infos.size + 1);
  expect(all.infos.get(absent)).toEqual({
    name: absent,
    shape: [300, 257],
    dtype: 'BF16',
    byteLength: 2 * 300 * 257,
    file: 'synthetic',
  });
  expect(await all.read('text_projection')).toEqual(await stored.read('text_projection'));

  const weights = checkpointWeights(all);
  const rule = syntheticWeights(3);
  expect(await weights.read(absent, [300, 257])).toEqual(await rule.read(absent, [300, 257]));
  const rows = { start: 257, count: 43 };
  expect(await weights.read(absent, [300, 257], rows)).toEqual(await rule.read(absent, [300, 257], rows));
  await all.close();
  await expect(stored.read('text_projection')).rejects.toThrow('got a closed one');
});

test('it fails as a file does: rows outside, targets of another length, aborts, tensors of no model', async () => {
  const stored = await openCheckpoint(tinyFolder);
  const all = withSyntheticTensors(stored, shapes, 3);
  await expect(all.read(absent, { start: 299, count: 2 })).rejects.toThrow('expected rows within 0..300');
  await expect(all.readInto(absent, new Uint8Array(7))).rejects.toThrow('expected a target of 154200 bytes');
  await expect(all.read(absent, undefined, AbortSignal.abort())).rejects.toThrow('aborted');
  await expect(all.read('nothing.weight')).rejects.toThrow('nothing.weight: expected in');
  await all.close();
});
