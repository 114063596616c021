import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import { temporaryFolder, writeTinyModel } from '../package/tiny-model.js';
import { runInProcess } from './in-process.js';

const picture = (name: string) => fileURLToPath(new URL(`../../docs/pictures/${name}.png`, import.meta.url));
const folder = temporaryFolder();
const model = join(folder.path, 'tiny');
const at = (name: string) => join(folder.path, name);

beforeAll(() => void writeTinyModel(model));
afterAll(folder.remove);

describe('internvl embed', () => {
  test('prints vectors of length 1 as JSON', async () => {
    const { code, stdout } = await runInProcess(['embed', picture('dog'), '--text', 'a cat', '-m', model]);
    const { width, images, texts } = JSON.parse(stdout);
    expect([code, width, images.length, texts.length]).toEqual([0, 48, 1, 1]);
    expect(texts[0].name).toBe('a cat');
    expect(Math.hypot(...images[0].embedding)).toBeCloseTo(1, 6);
  });

  test('writes .npy, .json and .safetensors with the same numbers', async () => {
    const inputs = [picture('dog'), picture('cat'), '--text', 'a', '-m', model];
    for (const name of ['e.npy', 'e.json', 'e.safetensors']) {
      const { code, stdout, stderr } = await runInProcess(['embed', ...inputs, '--out', at(name)]);
      expect([code, stdout]).toEqual([0, '']);
      expect(stderr).toContain(`${name}: 3 x 48`);
    }
    const { images, texts } = JSON.parse(readFileSync(at('e.json'), 'utf8'));
    const rows = [...images, ...texts].flatMap(({ embedding }: { embedding: number[] }) => embedding);
    const npy = readFileSync(at('e.npy'));
    const numbers = new Float32Array(Uint8Array.from(npy.subarray(128)).buffer); // after the header
    expect(Array.from(numbers)).toEqual(rows);
    const tensors = await openCheckpoint(at('e.safetensors'), { names: 'stored' });
    expect(tensors.infos.get('images')?.shape).toEqual([2, 48]);
    expect(new Float32Array((await tensors.read('texts')).buffer)).toEqual(numbers.subarray(96));
    await tensors.close();
  });

  test('--raw keeps the length that the model gives', async () => {
    const { stdout } = await runInProcess(['embed', '--text', 'a cat', '--raw', '-m', model]);
    expect(Math.hypot(...JSON.parse(stdout).texts[0].embedding)).not.toBeCloseTo(1, 3);
  });

  test('--mode InternVL-G gives pictures other vectors, and texts the same', async () => {
    const embed = async (mode: string) => {
      const argv = ['embed', picture('dog'), '--text', 'a cat', '--mode', mode, '-m', model];
      return JSON.parse((await runInProcess(argv)).stdout);
    };
    const [c, g] = [await embed('InternVL-C'), await embed('InternVL-G')];
    expect(g.texts).toEqual(c.texts);
    expect(g.images[0].embedding).not.toEqual(c.images[0].embedding);
    expect(Math.hypot(...g.images[0].embedding)).toBeCloseTo(1, 6);
  });

  test('texts from a file, in its order, whatever their length', async () => {
    writeFileSync(at('texts.txt'), 'a long text about a dog and a cat\na\n');
    const fromFile = await runInProcess(['embed', '--texts-file', at('texts.txt'), '-m', model]);
    const alone = await runInProcess(['embed', '--text', 'a', '-m', model]);
    const { texts } = JSON.parse(fromFile.stdout);
    expect(texts.map(({ name }: { name: string }) => name)).toEqual([
      'a long text about a dog and a cat',
      'a',
    ]);
    const expected: number[] = JSON.parse(alone.stdout).texts[0].embedding;
    for (const [i, value] of expected.entries()) expect(texts[1].embedding[i]).toBeCloseTo(value, 5);
  });

  test('says what is wrong before it computes, and leaves nothing behind', async () => {
    const before = readdirSync(folder.path);
    const failure = async (...argv: string[]): Promise<[number | null, string]> => {
      const { code, stderr } = await runInProcess(['embed', ...argv, '-m', model]);
      return [code, stderr.split('\n')[0] ?? ''];
    };
    expect(await failure()).toEqual([2, 'internvl: expected pictures, --text or --texts-file']);
    const [code, message] = await failure('--text', 'a', '--out', at('e.csv'));
    expect([code, message]).toEqual([
      2,
      expect.stringContaining('--out expects a name ending in .npy, .json'),
    ]);
    expect(await failure('--text', 'a', '--out', at('no/e.npy'))).toEqual([
      1,
      expect.stringContaining('no such folder'),
    ]);
    expect(await failure('--transform', 'squash')).toEqual([
      2,
      expect.stringContaining('--transform expects'),
    ]);
    expect(readdirSync(folder.path)).toEqual(before);
  });
});
