import { cp, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

import { toFloat32 } from '../../src/checkpoint/dtype.js';
import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import { runParity } from '../../src/parity/run.js';
import { changeTensor } from './change-tensor.js';
import { safetensorsOf, temporarySet } from './temporary-set.js';

const fixtures = 'test/fixtures/reference';
const tokens = [0, 3];
const channels = 8;

test('samples and norms of every block are compared, and a wrong one is named by its entry', async () => {
  const set = await temporarySet();
  const weights = `${set.root}/checkpoint`;
  await cp(`${fixtures}/tiny-14b/checkpoint`, weights, { recursive: true });
  const { config } = JSON.parse(await readFile(`${fixtures}/tiny-14b/vit/manifest.json`, 'utf8'));
  const params = { trace_tokens: tokens, trace_channels: channels };
  const manifest = { format: 'parity-case/1', module: 'internvit', config, weights: 'checkpoint', params };
  await set.write('manifest.json', manifest);
  await set.write('tensors.safetensors', await sampledVit());

  const [good] = await runParity([set.root]);
  expect(good).toMatchObject({ status: 'ok', outputs: [{ name: 'trace.samples' }, { name: 'trace.norms' }] });
  const names = ['samples', 'norms'].flatMap((kind) => [0, 1, 2, 3, 4, 5].map((i) => `trace.${kind}[${i}]`));
  expect(good?.trace?.map(({ name }) => name)).toEqual(names);
  await changeTensor(weights, 'vision_model.encoder.layers.2.mlp.fc2.weight');
  const [bad] = await runParity([set.root]);
  expect(bad).toMatchObject({ status: 'failed', firstDivergence: 'trace.samples[3]' });
  expect(bad?.trace?.slice(0, 6).map(({ ok }) => ok)).toEqual([true, true, true, false, false, false]);
  await set.remove();
});

/** The full trace of the tiny tower, thinned by hand: entry 0 is the embeddings, entry i + 1 block i. */
async function sampledVit(): Promise<Uint8Array> {
  const source = await openCheckpoint(`${fixtures}/tiny-14b/vit/tensors.safetensors`, { names: 'stored' });
  const read = async (key: string) => [...toFloat32(await source.read(key), 'F32')];
  const samples: number[] = [];
  const norms: number[] = [];
  for (const name of ['embeddings', 'block.0', 'block.1', 'block.2', 'block.3', 'block.4']) {
    const states = await read(`trace.${name}`); // [2, 17, 80]
    for (const token of tokens) samples.push(...states.slice(token * 80, token * 80 + channels));
    norms.push(Math.hypot(...states));
  }
  const pixels = await read('in.pixel_values');
  await source.close();
  return safetensorsOf({
    'in.pixel_values': { shape: [2, 3, 56, 56], data: pixels },
    'trace.samples': { shape: [6, tokens.length, channels], data: samples },
    'trace.norms': { shape: [6], data: norms },
  });
}
