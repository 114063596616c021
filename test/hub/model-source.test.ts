import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { checkFileName } from '../../src/hub/file-name.js';
import { hubSettings } from '../../src/hub/hub-options.js';
import { parseModelSource } from '../../src/hub/model-source.js';
import { repoRemote } from '../../src/hub/remote.js';

const parse = (source: string) => parseModelSource(source, 'https://huggingface.co');

describe('parseModelSource', () => {
  test.each([
    ['./org/model', resolve('org/model')],
    ['../x', resolve('../x')],
    ['/data/model', '/data/model'],
    ['~/models/a', join(homedir(), 'models/a')],
    ['a/b/c', resolve('a/b/c')],
    ['src', resolve('src')],
    ['src/text', resolve('src/text')],
    ['file:///data/a%20model', '/data/a model'],
  ])('%s is a folder', (source, path) => {
    expect(parse(source)).toEqual({ kind: 'folder', path });
  });

  test.each([
    ['OpenGVLab/InternVL-14B-224px', 'OpenGVLab/InternVL-14B-224px', undefined],
    ['https://huggingface.co/OpenGVLab/InternVL-14B-224px', 'OpenGVLab/InternVL-14B-224px', undefined],
    ['https://huggingface.co/org/m/tree/v1.0', 'org/m', 'v1.0'],
    ['https://huggingface.co/org/m/resolve/refs%2Fpr%2F1/', 'org/m', 'refs/pr/1'],
  ])('%s is a repository', (source, repo, revision) => {
    expect(parse(source)).toEqual({ kind: 'repo', repo, ...(revision && { revision }) });
  });

  test.each([
    ['https://host/folder/', 'https://host/folder'],
    ['http://127.0.0.1:8080/a b#x', 'http://127.0.0.1:8080/a%20b'],
    ['https://huggingface.co/datasets/org/m', 'https://huggingface.co/datasets/org/m'],
    ['https://huggingface.co.evil.example/org/m', 'https://huggingface.co.evil.example/org/m'],
  ])('%s is an address', (source, url) => {
    expect(parse(source)).toEqual({ kind: 'url', url });
  });

  test.each(['', 'gpt2', 'org/', 'a b/c', 'org/..', 'ftp:x', 'https://', 'file://host/x', 'org/mo--del'])(
    '%j is refused in one line',
    (source) => {
      expect(() => parse(source)).toThrow(/^.*expected .*$/);
    },
  );
});

test('checkFileName lets nothing out of the folder', () => {
  const path = fc.array(fc.constantFrom('a', '..', '.', '', 'b.bin', '/', '\\', 'c:', '\0'), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(path, (parts) => {
      const name = parts.join('/');
      try {
        checkFileName(name, 'index');
        return resolve('/folder', name).startsWith('/folder/') && !/[\\:\0]/.test(name);
      } catch (error) {
        return (error as Error).message.startsWith(
          "index: expected a file name inside of the model's folder",
        );
      }
    }),
  );
  expect(checkFileName('a/model-00001-of-00003.safetensors', 'x')).toBe('a/model-00001-of-00003.safetensors');
});

describe('hubSettings', () => {
  test('the cache is where the Python library has it', () => {
    const folderOf = (env: Record<string, string>) => hubSettings({}, env).cacheDir;
    expect(folderOf({})).toBe(join(homedir(), '.cache/huggingface/hub'));
    expect(folderOf({ XDG_CACHE_HOME: '/c' })).toBe('/c/huggingface/hub');
    expect(folderOf({ HF_HOME: '/h', XDG_CACHE_HOME: '/c' })).toBe('/h/hub');
    expect(folderOf({ HF_HUB_CACHE: '~/hub', HF_HOME: '/h' })).toBe(join(homedir(), 'hub'));
    expect(hubSettings({ cacheDir: '/mine' }, { HF_HUB_CACHE: '/h' }).cacheDir).toBe('/mine');
    const settings = hubSettings({}, { HF_HOME: '/h' });
    const { folder } = repoRemote('OpenGVLab/InternVL-14B-224px', 'main', settings);
    expect(folder).toBe('/h/hub/models--OpenGVLab--InternVL-14B-224px');
  });

  test('the environment decides where the caller does not', () => {
    const env = { HF_HUB_OFFLINE: '1', HF_TOKEN: 't', HF_ENDPOINT: 'https://mirror/' };
    expect(hubSettings({}, env)).toMatchObject({ isOffline: true, token: 't', endpoint: 'https://mirror' });
    expect(hubSettings({ localFilesOnly: false, token: 'u', endpoint: 'https://e' }, env)).toMatchObject({
      isOffline: false,
      token: 'u',
      endpoint: 'https://e',
    });
    expect(hubSettings({}, { HF_HUB_OFFLINE: '0', HF_TOKEN: '' })).toMatchObject({
      isOffline: false,
      token: undefined,
      endpoint: 'https://huggingface.co',
    });
  });

  test('addresses are escaped', () => {
    const remote = repoRemote('org/m', 'refs/pr/1', hubSettings({}, {}));
    expect(remote.address('a b/c#.json')).toBe(
      'https://huggingface.co/org/m/resolve/refs%2Fpr%2F1/a%20b/c%23.json',
    );
  });
});
