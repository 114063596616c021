import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { HubOptions } from '../../src/hub/hub-options.js';
import { resolveModel } from '../../src/hub/resolve-model.js';
import { startFakeHub } from './fake-hub.js';
import { commit, sharded, withHub } from './with-hub.js';

const at = withHub();
describe('errors', () => {
  test('a repository that does not exist', async () => {
    await expect(resolveModel('org/typo', at.options)).rejects.toThrow(/org\/typo.*check the name org\/typo/);
    expect(existsSync(join(at.cacheDir, 'models--org--typo'))).toBe(false);
  });

  test('a revision that does not exist', async () => {
    await expect(resolveModel('org/model', { ...at.options, revision: 'v9' })).rejects.toThrow(
      'check the revision "v9"',
    );
    await expect(resolveModel('org/model', { ...at.options, revision: '../..' })).rejects.toThrow(
      'revision of org/model: expected a file name',
    );
  });

  test('a repository without weights', async () => {
    at.hub.repos.set('org/model', { commit, files: { 'config.json': Buffer.from('{}') } });
    await expect(resolveModel('org/model', at.options)).rejects.toThrow(
      'org/model: expected model.safetensors, got no such file; check the revision',
    );
  });

  test('offline: what is missing and how to get it', async () => {
    const offline = { ...at.options, localFilesOnly: true };
    await expect(resolveModel('org/model', offline)).rejects.toThrow(
      /org\/model: expected all of its files in .*models--org--model.*got none of config.json; run once without/,
    );
    await resolveModel('org/sharded', at.options);
    rmSync(
      join(at.cacheDir, 'models--org--sharded', 'snapshots', commit, 'model-00002-of-00002.safetensors'),
    );
    at.hub.asked.length = 0;
    await expect(resolveModel('org/sharded', offline)).rejects.toThrow('model-00002-of-00002.safetensors');
    expect(at.hub.asked).toEqual([]);
  });

  test.each(['../outside.safetensors', '/etc/passwd', 'a/../../b', 'C:\\x', ''])(
    'an index entry %j',
    async (name) => {
      const index = Buffer.from(JSON.stringify({ weight_map: { a: name } }));
      at.hub.repos.set('org/model', { commit, files: { ...sharded, 'model.safetensors.index.json': index } });
      await expect(resolveModel('org/model', at.options)).rejects.toThrow(
        `expected a file name inside of the model's folder, got ${JSON.stringify(name)}`,
      );
    },
  );

  test.each(['<html>', '[]', 'null', '{"weight_map":3}', '{"weight_map":{"a":1}}'])(
    'an index %s',
    async (index) => {
      const wrong = { ...sharded, 'model.safetensors.index.json': Buffer.from(index) };
      at.hub.repos.set('org/model', { commit, files: wrong });
      await expect(resolveModel('org/model', at.options)).rejects.toThrow(
        /^org\/model: model.safetensors.index.json: expected (JSON|a "weight_map"|the name of a file)/,
      );
    },
  );

  test('no server', async () => {
    const gone = await startFakeHub();
    await gone.close();
    await expect(resolveModel('org/model', { ...at.options, endpoint: gone.endpoint })).rejects.toThrow(
      /^http:\/\/127.0.0.1:\d+\/org\/model\/resolve\/main\/config.json: no answer \(.*HF_HUB_OFFLINE=1/,
    );
  });
});

describe('local folders', () => {
  const forbidden: HubOptions = {
    fetch: () => {
      throw new Error('a local folder must not touch the network');
    },
  };

  test('path, file: address, and whatever exists', async () => {
    const folder = join(at.cacheDir, 'a folder');
    mkdirSync(folder);
    expect(await resolveModel(folder, forbidden)).toBe(folder);
    expect(await resolveModel(pathToFileURL(folder).href, forbidden)).toBe(folder);
    expect(await resolveModel('src/hub', forbidden)).toBe(join(process.cwd(), 'src/hub'));
    expect(await resolveModel('./src', { ...forbidden, subfolder: 'hub' })).toBe(
      join(process.cwd(), 'src/hub'),
    );
  });

  test('that are not there, or files', async () => {
    await expect(resolveModel('./absent', forbidden)).rejects.toThrow(
      /absent: expected the folder of a model, got nothing/,
    );
    await expect(resolveModel('./package.json', forbidden)).rejects.toThrow('got a file; give the folder');
    await expect(resolveModel('nonsense', forbidden)).rejects.toThrow(
      'model "nonsense": expected a folder, a file: or https: address, or org/repo',
    );
    await expect(resolveModel('', forbidden)).rejects.toThrow('model "": expected a folder');
  });
});
