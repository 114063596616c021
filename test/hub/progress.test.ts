import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HubProgress } from '../../src/hub/progress.js';
import { resolveModel } from '../../src/hub/resolve-model.js';
import { files, sha256, weights, withHub } from './with-hub.js';

const at = withHub();
const contents = (folder: string, name: string) => readFileSync(join(folder, name), 'latin1');
const repoFolder = () => join(at.cacheDir, 'models--org--model');

test('progress: every file and the whole, by the names of transformers.js', async () => {
  const events: HubProgress[] = [];
  await resolveModel('org/model', { ...at.options, onProgress: (event) => events.push(event) });
  const total = Object.values(files).reduce((sum, { length }) => sum + length, 0);
  const totals = events.filter((event) => event.status === 'progress_total');
  expect(totals.every((event) => event.total === total)).toBe(true);
  expect(totals.at(-1)).toEqual({
    status: 'progress_total',
    name: 'org/model',
    loaded: total,
    total,
    progress: 100,
  });
  expect(totals.map(({ loaded }) => loaded)).toEqual(
    totals.map(({ loaded }) => loaded).sort((a, b) => a - b),
  );
  const ofConfig = events.filter((event) => 'file' in event && event.file === 'config.json');
  expect(ofConfig.map(({ status }) => status).filter((s, i, all) => s !== all[i - 1])).toEqual([
    'initiate',
    'download',
    'progress',
    'done',
  ]);
  expect(events.at(-1)).toEqual({ status: 'ready', name: 'org/model' });
});

test('an aborted call rejects with its reason and leaves no half file in place', async () => {
  const controller = new AbortController();
  const onProgress = (event: HubProgress) => {
    if (event.status === 'progress' && event.file === 'model.safetensors')
      controller.abort(new Error('enough'));
  };
  const { signal } = controller;
  await expect(resolveModel('org/model', { ...at.options, signal, onProgress })).rejects.toThrow('enough');
  expect(existsSync(join(repoFolder(), 'blobs', sha256))).toBe(false);
  await expect(resolveModel('org/model', { ...at.options, signal })).rejects.toThrow('enough');
  const folder = await resolveModel('org/model', at.options);
  expect(contents(folder, 'model.safetensors')).toBe(weights.toString('latin1'));
  expect(lstatSync(join(folder, 'model.safetensors')).isSymbolicLink()).toBe(true);
});
