import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { decodeImage } from '../src/image/decode.js';
import { InternVL } from '../src/index.js';
import { rowAt } from '../src/tasks/embeddings.js';
import { temporaryFolder, writeTinyModel } from './package/tiny-model.js';

const dog = fileURLToPath(new URL('../docs/pictures/dog.png', import.meta.url));
const cat = fileURLToPath(new URL('../docs/pictures/cat.png', import.meta.url));
const folder = temporaryFolder();
const path = join(folder.path, 'tiny');
let model: InternVL;

beforeAll(async () => {
  model = await InternVL.fromPretrained(writeTinyModel(path));
});
afterAll(async () => {
  await model.dispose();
  folder.remove();
});

describe('loading', () => {
  test('a folder, its file: address, and the option names of other libraries', async () => {
    const statuses: string[] = [];
    const other = await InternVL.fromPretrained(pathToFileURL(path), {
      local_files_only: true,
      progress_callback: ({ status }) => statuses.push(status),
    });
    expect(statuses).toContain('ready');
    expect(other.config).toEqual(model.config);
    await other.dispose();
  });

  test('refuses an unknown option, a missing model, and a signal that was aborted', async () => {
    const misspelt = { memroy: 'stream' } as object;
    await expect(InternVL.fromPretrained(path, misspelt)).rejects.toThrow('got memroy');
    await expect(InternVL.fromPretrained(join(folder.path, 'none'))).rejects.toThrow(
      'expected the folder of a model',
    );
    const signal = AbortSignal.abort();
    await expect(InternVL.fromPretrained(path, { signal })).rejects.toThrow('aborted');
  });

  test('keeps no tensor after dispose, resident or streamed', async () => {
    for (const memory of ['resident', 'stream'] as const) {
      await expect(async () => {
        const other = await InternVL.fromPretrained(path, { memory });
        await other.classify([dog, cat], ['a', 'b']);
        await other.retrieve([dog], ['a']);
        await other.dispose();
        await other.dispose();
        await expect(other.encodeText('a')).rejects.toThrow('this model was disposed');
      }).toKeepAsync(0);
    }
  });
});

describe('a load that fails', () => {
  test('frees what it had read when a later tensor is missing', async () => {
    const wrong = writeTinyModel(join(folder.path, 'wrong'));
    for (const name of readdirSync(wrong)) {
      const text = readFileSync(join(wrong, name), 'latin1'); // the vision tower is read before this norm
      writeFileSync(
        join(wrong, name),
        text.replaceAll('qllama.model.norm.weight', 'qllama.model.gone.weight'),
        'latin1',
      );
    }
    const load = () => expect(InternVL.fromPretrained(wrong)).rejects.toThrow('qllama.model.norm.weight');
    await expect(load).toKeepAsync(0);
  });

  test('and when it is interrupted', async () => {
    const stop = new AbortController();
    const onProgress = () => stop.abort(); // when the files are found, before the weights are read
    const load = () =>
      expect(InternVL.fromPretrained(path, { signal: stop.signal, onProgress })).rejects.toThrow('abort');
    await expect(load).toKeepAsync(0);
  });
});

describe('encodeImage', () => {
  test('a path, a URL, file bytes, RGBA and RGB pixels are the same picture', async () => {
    const bytes = new Uint8Array(readFileSync(dog));
    const rgb = decodeImage(bytes);
    const data = new Uint8ClampedArray(rgb.width * rgb.height * 4).fill(255);
    for (let i = 0; i < rgb.width * rgb.height; i++) data.set(rgb.data.subarray(i * 3, i * 3 + 3), i * 4);
    const rgba = { width: rgb.width, height: rgb.height, data };
    const embeddings = await model.encodeImage([dog, pathToFileURL(dog), bytes, rgba, rgb]);
    expect([embeddings.rows, embeddings.width]).toEqual([5, model.width]);
    const first = [...rowAt(embeddings, 0)];
    for (let i = 1; i < 5; i++) expect([...rowAt(embeddings, i)]).toEqual(first);
  });

  test('streamed weights give the very numbers of resident ones', async () => {
    const streamed = await InternVL.fromPretrained(path, { memory: 'stream' });
    expect([model.memory, streamed.memory]).toEqual(['resident', 'stream']);
    expect((await streamed.encodeImage([dog, cat])).raw).toEqual((await model.encodeImage([dog, cat])).raw);
    expect((await streamed.encodeText('a cat')).raw).toEqual((await model.encodeText('a cat')).raw);
    await streamed.dispose();
  });

  test('tells progress by the block and stops at a signal', async () => {
    const told: number[] = [];
    await model.encodeImage(dog, { onProgress: (done, total) => told.push(done / total) });
    expect(told.at(-1)).toBe(1);
    expect(told.length).toBeGreaterThan(model.config.vision.numLayers);
    expect([...told].sort((a, b) => a - b)).toEqual(told);
    const stop = new AbortController();
    const running = model.encodeImage([dog, cat], { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(running).rejects.toThrow('aborted');
    await expect(() => model.encodeImage(dog, { signal: stop.signal }).catch(() => {})).toKeepAsync(0);
  });

  test('says what is no picture', async () => {
    await expect(model.encodeImage('none.png')).rejects.toThrow('none.png: no such file');
    await expect(model.encodeImage(Uint8Array.of(1, 2, 3))).rejects.toThrow('expected a PNG or JPEG');
    const short = { width: 2, height: 2, data: new Uint8Array(5) };
    await expect(model.encodeImage(short)).rejects.toThrow('expected 12 bytes');
    await expect(model.encodeImage(null as never)).rejects.toThrow(
      'expected a path, the bytes of an image file',
    );
    await expect(model.encodeImage([])).rejects.toThrow('expected at least one picture or text');
  });
});

describe('encodeText', () => {
  test('a text alone and among longer ones has the same vector', async () => {
    const alone = await model.encodeText('a cat');
    const among = await model.encodeText(['a long text about a red dog and a blue car', 'a cat', 'a cat']);
    for (const [i, value] of rowAt(alone, 0).entries()) {
      expect(rowAt(among, 1)[i]).toBeCloseTo(value, 5);
    }
    expect(rowAt(among, 2)).toEqual(rowAt(among, 1));
  });

  test('a text of any length and script is taken, up to 80 tokens', async () => {
    const long = await model.encodeText(['word '.repeat(500), 'word '.repeat(600), '一张熊猫的照片 🐼', '']);
    expect(rowAt(long, 0)).toEqual(rowAt(long, 1));
    expect(long.data.every(Number.isFinite)).toBe(true);
  });
});

describe('classify and retrieve', () => {
  test('one picture gives a list, several give a list each', async () => {
    const one = await model.classify(dog, ['dog', 'cat']);
    const two = await model.classify([dog, cat], ['dog', 'cat']);
    expect(two).toHaveLength(2);
    expect(two[0]?.map(({ label }) => label)).toEqual(one.map(({ label }) => label));
    expect(one[0]?.logit).toBeCloseTo(model.logitScale * (one[0]?.cosine ?? 0), 5);
  });

  test('templates: a sentence, several, or an official set', async () => {
    const one = await model.classify(dog, ['dog', 'cat'], { templates: 'a photo of a {c}.' });
    const list = await model.classify(dog, ['dog', 'cat'], { templates: ['a photo of a {c}.'] });
    const set = await model.classify(dog, ['dog', 'cat'], { templates: 'voc2007' });
    expect(list).toEqual(one);
    expect(set).toEqual(one);
    await expect(model.classify(dog, ['a'], { templates: 'photo' })).rejects.toThrow(
      'expected a template set',
    );
    await expect(model.classify(dog, [])).rejects.toThrow('expected at least one label');
  });

  test('progress of texts and pictures is one', async () => {
    const told: [number, number][] = [];
    const onProgress = (done: number, total: number) => void told.push([done, total]);
    await model.classify([dog, cat], ['a', 'b', 'c'], { templates: 'sun397', onProgress });
    expect(told.every(([, total]) => total === 8)).toBe(true); // 3 labels in 2 sentences, 2 pictures
    const done = told.map(([value]) => value);
    expect([...done].sort((a, b) => a - b)).toEqual(done);
    expect(done.at(-1)).toBe(8);
  });

  test('retrieve searches both ways', async () => {
    const { textsOf, picturesOf } = await model.retrieve([dog, cat], ['a', 'b', 'c'], { topK: 2 });
    expect([textsOf.length, textsOf[0]?.length, picturesOf.length]).toEqual([2, 2, 3]);
  });
});
