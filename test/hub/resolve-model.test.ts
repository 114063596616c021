import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { resolveModel } from '../../src/hub/resolve-model.js';
import { hexOf } from './fake-hub.js';
import { commit, files, sharded, weights, withHub } from './with-hub.js';

const at = withHub();
const contents = (folder: string, name: string) => readFileSync(join(folder, name), 'latin1');
const repoFolder = () => join(at.cacheDir, 'models--org--model');

describe('org/repo', () => {
  test('is downloaded in the layout of the Python library', async () => {
    const folder = await resolveModel('org/model', at.options);
    expect(folder).toBe(join(repoFolder(), 'snapshots', commit));
    for (const [name, data] of Object.entries(files))
      expect(contents(folder, name)).toBe(data.toString('latin1'));
    expect(readdirSync(folder).sort()).toEqual(Object.keys(files).sort());

    const blobs = Object.entries(files).map(([name, data]) =>
      hexOf(name.endsWith('.safetensors') ? 'sha256' : 'sha1', data),
    );
    expect(readdirSync(join(repoFolder(), 'blobs')).sort()).toEqual(blobs.sort());
    expect(readlinkSync(join(folder, 'model.safetensors'))).toBe(`../../blobs/${hexOf('sha256', weights)}`);
    expect(readFileSync(join(repoFolder(), 'refs', 'main'), 'utf8')).toBe(commit);
  });

  test('is taken from the cache afterwards, without a single request', async () => {
    const folder = await resolveModel('org/model', at.options);
    at.hub.asked.length = 0;
    expect(await resolveModel('org/model', at.options)).toBe(folder);
    expect(await resolveModel('org/model', { ...at.options, revision: commit })).toBe(folder);
    expect(await resolveModel('org/model', { ...at.options, localFilesOnly: true })).toBe(folder);
    expect(at.hub.asked).toEqual([]);
  });

  test('a complete snapshot that the Python library left is used without a request', async () => {
    const folder = join(repoFolder(), 'snapshots', commit);
    mkdirSync(folder, { recursive: true });
    mkdirSync(join(repoFolder(), 'refs'));
    writeFileSync(join(repoFolder(), 'refs', 'main'), commit);
    for (const [name, data] of Object.entries(sharded)) writeFileSync(join(folder, name), data);
    expect(await resolveModel('org/model', at.options)).toBe(folder);
    expect(at.hub.asked).toEqual([]);
  });

  test('in shards: the index says which, each is fetched once', async () => {
    const folder = await resolveModel('org/sharded', at.options);
    expect(readdirSync(folder).sort()).toEqual(Object.keys(sharded).sort());
    const fetched = at.hub.asked.filter(({ method, host }) => method === 'GET' && host === 'cdn');
    expect(fetched).toHaveLength(2);
  });

  test('files that a download lacks are added; those that are there are not fetched again', async () => {
    await resolveModel('org/model', at.options);
    rmSync(join(repoFolder(), 'snapshots', commit, 'config.json'));
    rmSync(join(repoFolder(), 'blobs', hexOf('sha1', files['config.json'])));
    at.hub.asked.length = 0;
    await resolveModel('org/model', at.options);
    const fetched = at.hub.asked.filter(({ method }) => method === 'GET');
    expect(fetched.map(({ path }) => path)).toEqual([`/org/model/resolve/${commit}/config.json`]);
  });

  test('refresh follows a branch to its new commit and keeps the old one', async () => {
    const old = await resolveModel('org/model', at.options);
    const next = 'beef'.repeat(10);
    at.hub.repos.set('org/model', {
      commit: next,
      files: { ...files, 'config.json': Buffer.from('{"new":1}') },
    });
    expect(await resolveModel('org/model', at.options)).toBe(old);
    const fresh = await resolveModel('org/model', { ...at.options, refresh: true });
    expect(contents(fresh, 'config.json')).toBe('{"new":1}');
    expect(contents(old, 'config.json')).toBe('{"model_type":"internvl"}');
    const large = at.hub.asked.filter(({ method, host }) => method === 'GET' && host === 'cdn');
    expect(large).toHaveLength(1);
  });

  test('a repository without a tokenizer is asked about once', async () => {
    const { 'tokenizer.model': _, ...rest } = files;
    at.hub.repos.set('org/model', { commit, files: rest });
    const folder = await resolveModel('org/model', at.options);
    expect(existsSync(join(repoFolder(), '.no_exist', commit, 'tokenizer.model'))).toBe(true);
    at.hub.asked.length = 0;
    expect(await resolveModel('org/model', at.options)).toBe(folder);
    expect(at.hub.asked).toEqual([]);
  });

  test('in a subfolder', async () => {
    const below = Object.fromEntries(Object.entries(sharded).map(([name, data]) => [`small/${name}`, data]));
    at.hub.repos.set('org/model', { commit, files: below });
    const folder = await resolveModel('org/model', { ...at.options, subfolder: 'small' });
    expect(folder).toBe(join(repoFolder(), 'snapshots', commit, 'small'));
    expect(readlinkSync(join(folder, 'config.json'))).toMatch(/^\.\.\/\.\.\/\.\.\/blobs\//);
    expect(contents(folder, 'model-00002-of-00002.safetensors')).toBe('two');
    await expect(resolveModel('org/model', { ...at.options, subfolder: '../x' })).rejects.toThrow(
      'subfolder: expected a file name inside of the model\'s folder, got "../x"',
    );
  });

  test('the token goes to the hub and never to the host it redirects to', async () => {
    at.hub.repos.set('org/model', { commit, files, needsToken: 'secret' });
    await expect(resolveModel('org/model', at.options)).rejects.toThrow(
      /config.json: 401 Unauthorized \(RepoNotFound\); .*check the name org\/model, or set HF_TOKEN/,
    );
    await resolveModel('org/model', { ...at.options, token: 'secret' });
    const sent = (host: string) => at.hub.asked.filter((asked) => asked.host === host && asked.authorization);
    expect(sent('hub').length).toBeGreaterThan(4);
    expect(sent('cdn')).toEqual([]);
  });

  test('its web address means the same', async () => {
    const folder = await resolveModel('org/model', at.options);
    expect(await resolveModel(`${at.hub.endpoint}/org/model`, at.options)).toBe(folder);
    expect(await resolveModel(`${at.hub.endpoint}/org/model/tree/${commit}`, at.options)).toBe(folder);
  });

  test('two downloads at once share one file', async () => {
    const [a, b] = await Promise.all([
      resolveModel('org/model', at.options),
      resolveModel('org/model', at.options),
    ]);
    expect(a).toBe(b);
    expect(at.hub.asked.filter(({ method, host }) => method === 'GET' && host === 'cdn')).toHaveLength(1);
    expect(contents(a, 'model.safetensors')).toBe(weights.toString('latin1'));
    expect(readdirSync(join(repoFolder(), 'blobs')).filter((name) => /lock|incomplete/.test(name))).toEqual(
      [],
    );
  });
});
