import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

import { blobBytes } from '../../src/checkpoint/blob-bytes.js';
import { readText } from '../../src/checkpoint/folder.js';
import { type PickedFile, type PickedFolder, pickedFolder } from '../../src/checkpoint/picked-folder.js';
import { InternVL } from '../../src/index.js';

const nano = fileURLToPath(new URL('../../weights/internvl-nano', import.meta.url));

/** What an `<input webkitdirectory>` gives for a folder, of which only slices are read. */
function chosen(paths: Readonly<Record<string, Uint8Array | string>>): PickedFile[] {
  return Object.entries(paths).map(([path, content]) => {
    const file = new File([new Uint8Array(Buffer.from(content))], path.replace(/.*\//, ''));
    const { name, size } = file;
    return { name, size, slice: (from, to) => file.slice(from, to), webkitRelativePath: path };
  });
}

/** A `FileSystemDirectoryHandle` as far as it is used. */
function handle(name: string, tree: Readonly<Record<string, string | PickedFolder>>): PickedFolder {
  const fail = (what: string): never => {
    throw Object.assign(new Error(`no ${what}`), { name: what });
  };
  return {
    kind: 'directory',
    name,
    async getFileHandle(wanted) {
      if (wanted === 'secret') fail('NotAllowedError');
      const found = tree[wanted] ?? fail('NotFoundError');
      return {
        getFile: async () =>
          new File([typeof found === 'string' ? found : fail('TypeMismatchError')], wanted),
      };
    },
    getDirectoryHandle: async (wanted) => {
      const found = tree[wanted] ?? fail('NotFoundError');
      return typeof found === 'string' ? fail('TypeMismatchError') : found;
    },
  };
}

test('slices of a blob, into shared memory too, until it cannot be read any more', async () => {
  const blob = new Blob([Uint8Array.from({ length: 100 }, (_, i) => i)]);
  const bytes = blobBytes(blob, 'weights');
  expect([...(await bytes.read(97, 3))]).toEqual([97, 98, 99]);
  const shared = new Uint8Array(new SharedArrayBuffer(2));
  await bytes.readInto(5, shared);
  expect([...shared]).toEqual([5, 6]);
  await expect(bytes.read(99, 2)).rejects.toThrow('weights: expected bytes within 0..100, got 99..101');
  await expect(bytes.read(0, 1, AbortSignal.abort())).rejects.toThrow('aborted');
  const gone = {
    size: 9,
    slice: () => ({ arrayBuffer: () => Promise.reject(new Error('NotReadableError')) }),
  };
  await expect(blobBytes(gone, 'gone').read(0, 9)).rejects.toThrow(
    /gone: .* NotReadableError: choose it again/,
  );
});

describe('files that were chosen', () => {
  const files = chosen({
    'nano/config.json': '{}',
    'nano/small/config.json': '{"a": 1}',
    'nano/small/x/b': '',
  });

  test('are a folder, and the folders in it', async () => {
    const [folder, small] = [await pickedFolder(files), await pickedFolder(files, 'small')];
    expect([folder.description, small.description]).toEqual(['nano', 'nano/small']);
    expect([await folder.list?.(), await small.list?.()]).toEqual([['config.json'], ['config.json']]);
    expect(await readText(small, 'config.json')).toBe('{"a": 1}');
    expect([await folder.has('b'), await folder.has('config.json')]).toEqual([false, true]);
    await expect(folder.open('b')).rejects.toThrow('nano/b: expected a file, got none of that name');
    await expect(pickedFolder(files, 'large')).rejects.toThrow(
      'nano: expected the files of a model in large',
    );
  });

  test('without a folder have their names', async () => {
    expect(await (await pickedFolder([new File(['{}'], 'config.json')])).has('config.json')).toBe(true);
    await expect(pickedFolder([])).rejects.toThrow(
      'the files chosen: expected the files of a model, got none',
    );
  });

  test('are a model in Node, too', async () => {
    const entries = readdirSync(nano).map(
      (name) => [`nano/${name}`, readFileSync(join(nano, name))] as const,
    );
    const statuses: string[] = [];
    const model = await InternVL.fromPretrained(chosen(Object.fromEntries(entries)), {
      onProgress: ({ status, ...amount }) =>
        statuses.push(status, ...('total' in amount ? [`${amount.progress}`] : [])),
    });
    expect(statuses.slice(-4)).toEqual(['progress_total', '100', 'done', 'ready']);
    const [best] = await model.classify(
      fileURLToPath(new URL('../../docs/pictures/dog.png', import.meta.url)),
      ['cat', 'dog'],
    );
    expect([model.source, best?.label]).toEqual(['nano', 'dog']);
    await model.dispose();
  });
});

test('the handle of a folder is one, and says what it cannot do', async () => {
  const top = handle('models', {
    nano: handle('nano', { 'config.json': '{"a": 2}', sub: handle('sub', {}) }),
  });
  const folder = await pickedFolder(top, 'nano');
  expect(folder.description).toBe('models/nano');
  expect(await readText(folder, 'config.json')).toBe('{"a": 2}');
  expect(await folder.has('none')).toBe(false);
  await expect(folder.has('secret')).rejects.toThrow(
    /models\/nano\/secret: expected a file or none, got NotAllowed/,
  );
  await expect(folder.open('none')).rejects.toThrow(/models\/nano\/none: expected a file, got NotFoundError/);
  await expect(pickedFolder(top, 'other')).rejects.toThrow(
    /models: expected a folder other, got NotFoundError/,
  );
});
