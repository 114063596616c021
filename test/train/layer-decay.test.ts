import { expect, test } from 'vitest';

import { isVectorName, layerDecayGroups, segmentationGroups } from '../../src/train/layer-decay.js';
import type { ParameterGroups } from '../../src/train/parameter-groups.js';
import { readJson } from './reference-case.js';

type Expected = Record<string, { lr_scale: number; weight_decay: boolean }>;

function expectEqual(groups: ParameterGroups, expected: Expected): void {
  expect([...groups.keys()]).toEqual(Object.keys(expected));
  for (const [name, { lr_scale, weight_decay }] of Object.entries(expected)) {
    expect(groups.get(name)?.decays, name).toBe(weight_decay);
    expect(groups.get(name)?.lrScale, name).toBeCloseTo(lr_scale, 12);
  }
}

test.each([
  ['tiny-14b/optimizer-groups', 5, 5],
  ['training/lr-groups-14b', 48, 32],
])('the groups of %s equal the official ones', async (name, vitLayers, qllamaLayers) => {
  const expected = await readJson<Expected>(name, 'data.json');
  const parameters = Object.keys(expected).map((key) => ({ name: key, shape: shapeOf(key) }));
  const groups = layerDecayGroups(parameters, { vitRate: 0.9, qllamaRate: 0.9, vitLayers, qllamaLayers });
  expectEqual(groups, expected);
});

/** Ranks alone matter: 0 for the temperature, 1 for vectors, 2 for everything else. */
const shapeOf = (name: string): number[] => (name === 'logit_scale' ? [] : isVectorName(name) ? [2] : [2, 2]);

test('the groups of a segmentation model equal the official ones', async () => {
  const { params } = await readJson<{ params: { ndim: Record<string, number> } }>(
    'training/lr-groups-segmentation',
    'manifest.json',
  );
  const parameters = Object.entries(params.ndim).map(([name, rank]) => ({
    name,
    shape: Array(rank).fill(2),
  }));
  const expected = await readJson<Expected>('training/lr-groups-segmentation', 'data.json');
  expectEqual(segmentationGroups(parameters, { rate: 0.95, layers: 48 }), expected);
});
