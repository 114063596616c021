/** A fake hub with two models and an empty cache, for every test of a file. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

import { downloadModel } from '../../src/hub/download-model.js';
import { type HubOptions, hubSettings } from '../../src/hub/hub-options.js';
import { repoRemote } from '../../src/hub/remote.js';
import { repoCache } from '../../src/hub/repo-cache.js';
import { type FakeHub, hexOf, startFakeHub, type Trouble } from './fake-hub.js';

export const commit = 'c0ffee00'.repeat(5);
export const weights = Buffer.from(Array.from({ length: 400_000 }, (_, i) => (i * 7) % 253));
export const sha256 = hexOf('sha256', weights);

export const files = {
  'config.json': Buffer.from('{"model_type":"internvl"}'),
  'tokenizer.model': Buffer.from('pieces'),
  'preprocessor_config.json': Buffer.from('{}'),
  'model.safetensors': weights,
};

const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'] as const;
export const sharded = {
  'config.json': Buffer.from('{}'),
  'tokenizer.json': Buffer.from('{"a":1}'),
  'tokenizer_config.json': Buffer.from('{"b":1}'),
  'model.safetensors.index.json': Buffer.from(
    JSON.stringify({ weight_map: { a: shards[0], b: shards[1], c: shards[0] } }),
  ),
  [shards[0]]: weights,
  [shards[1]]: Buffer.from('two'),
};

export interface HubContext {
  readonly hub: FakeHub;
  readonly cacheDir: string;
  readonly options: HubOptions;
}

/** Its fields are set anew before each test. */
export function withHub(): HubContext {
  const context = {} as { hub: FakeHub; cacheDir: string; options: HubOptions };
  beforeAll(async () => {
    context.hub = await startFakeHub();
  });
  afterAll(() => context.hub.close());
  beforeEach(() => {
    const { hub } = context;
    context.cacheDir = mkdtempSync(join(tmpdir(), 'internvl-hub-'));
    context.options = { cacheDir: context.cacheDir, endpoint: hub.endpoint };
    hub.asked.length = 0;
    hub.trouble = () => false;
    hub.repos.clear();
    hub.repos.set('org/model', { commit, files });
    hub.repos.set('org/sharded', { commit, files: sharded });
  });
  afterEach(() => rmSync(context.cacheDir, { recursive: true, force: true }));
  return context;
}

/** Downloads a model with short pauses between tries; returns its weights. */
export async function download({ hub, cacheDir }: HubContext, repo = 'org/model'): Promise<Buffer> {
  const settings = { ...hubSettings({ cacheDir, endpoint: hub.endpoint }), waits: [5, 5] };
  const remote = repoRemote(repo, 'main', settings);
  const folder = await downloadModel(remote, repoCache(remote.folder), settings);
  return readFileSync(join(folder, 'model.safetensors'));
}

/** Gives trouble to the first `times` requests for the weights. */
export function atFirst(times: number, give: (response: ServerResponse, body: Buffer) => void): Trouble {
  let left = times;
  return (asked, response, body) => {
    if (asked.host !== 'cdn' || body === undefined || left-- <= 0) return false;
    give(response, body);
    return true;
  };
}
