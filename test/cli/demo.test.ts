import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { temporaryFolder } from '../package/tiny-model.js';
import { writeGenerativeModels } from './generative-models.js';
import { runInProcess } from './in-process.js';

const scenes = 'docs/pictures/scenes';
const folder = temporaryFolder();
let models: Awaited<ReturnType<typeof writeGenerativeModels>>;

beforeAll(async () => {
  models = await writeGenerativeModels(folder.path);
});
afterAll(folder.remove);

test('demo writes captions of the scenes with a model that can', async () => {
  const scene = `${scenes}/three-bananas.png`;
  const { code, stdout } = await runInProcess(['demo', '-m', models.complete]);
  const caption = (await runInProcess(['caption', scene, '-m', models.complete])).stdout;
  expect([code, stdout]).toEqual([0, expect.stringContaining(`${scene}\n  caption: ${caption}`)]);
  const without = await runInProcess(['demo', '-m', models.withoutG]);
  expect([without.code, without.stdout]).toEqual([0, expect.not.stringContaining('caption')]);
});

test('demo says as JSON what it found', async () => {
  const { stdout } = await runInProcess(['demo', '--json', '-m', models.complete]);
  const shown = JSON.parse(stdout);
  expect(shown.predictions).toHaveLength(5);
  expect(shown.found.map(({ text }: { text: string }) => text)).toEqual(['umbrella', '香蕉', 'صاروخ']);
  for (const { pictures } of shown.found) expect(pictures).toHaveLength(2);
  expect(shown.captions).toHaveLength(readdirSync(scenes).length);
});
