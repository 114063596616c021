import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { temporaryFolder } from '../package/tiny-model.js';
import { writeGenerativeModels } from './generative-models.js';
import { runInProcess } from './in-process.js';

const picture = (name: string) => fileURLToPath(new URL(`../../docs/pictures/${name}.png`, import.meta.url));
const folder = temporaryFolder();
const photos = join(folder.path, 'photos');
const dog = picture('dog');
let models: Awaited<ReturnType<typeof writeGenerativeModels>>;

function file(name: string, content: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
}

beforeAll(async () => {
  models = await writeGenerativeModels(folder.path);
  mkdirSync(photos);
  for (const name of ['dog', 'cat', 'pizza']) copyFileSync(picture(name), join(photos, `${name}.png`));
});
afterAll(folder.remove);

const run = (...argv: string[]) => runInProcess(['match', ...argv, '-m', models.complete]);

async function answers(...argv: string[]): Promise<{ image: string; text: string; match: number }[]> {
  const { code, stdout, stderr } = await run(...argv, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

describe('internvl match', () => {
  test('gives each text its probability, in the order in which they are given', async () => {
    const [a, b, ...rest] = await answers(dog, 'a dog', 'a red car');
    expect([a?.image, a?.text, b?.text, rest]).toEqual([dog, 'a dog', 'a red car', []]);
    expect(a?.match).toBeGreaterThan(0);
    expect(a?.match).toBeLessThan(1);
    expect(a?.match).not.toBeCloseTo(b?.match ?? 0, 4);
    const { stdout } = await run(dog, 'a dog', 'a red car');
    const percent = (share = 0) => `${(share * 100).toFixed(1)} %`;
    expect(stdout.split('\n').map((line) => line.trim())).toEqual([
      `${percent(a?.match)}  a dog`,
      `${percent(b?.match)}  a red car`,
      '',
    ]);
  });

  test('pairs of a folder have the probabilities that they have alone', async () => {
    const pairs = file('pairs.tsv', 'dog.png\ta dog\ncat.png\ta cat\ndog.png\ta red car\n');
    const found = await answers(photos, '--pairs', pairs);
    expect(found.map(({ image, text }) => `${image} ${text}`)).toEqual([
      'dog.png a dog',
      'cat.png a cat',
      'dog.png a red car',
    ]);
    for (const { image, text, match } of found) {
      expect(match).toBeCloseTo((await answers(join(photos, image), text))[0]?.match ?? 0, 5);
    }
    const { stdout } = await run(photos, '--pairs', pairs);
    expect(stdout).toMatch(/^ +[\d.]+ % {2}dog\.png {2}a dog\n +[\d.]+ % {2}cat\.png {2}a cat\n/);
  });

  const cases: [what: string, argv: () => string[], code: number, message: RegExp][] = [
    ['nothing', () => [], 2, /expected a picture and a text\nTry: internvl match --help/],
    ['no text', () => [dog], 2, /expected either texts for the picture or --pairs/],
    ['texts and pairs', () => [photos, 'a', '--pairs', 'x'], 2, /expected either texts/],
    ['a folder with a text', () => [photos, 'a dog'], 1, /photos: expected a file, got a folder/],
    ['a missing picture', () => ['none.png', 'a dog'], 1, /none\.png: no such file/],
    [
      'a strange pair',
      () => [photos, '--pairs', file('s.tsv', 'horse.png\ta')],
      1,
      /no picture horse\.png in the folder/,
    ],
  ];
  test.each(cases)('%s is refused', async (_what, argv, code, message) => {
    const ended = await run(...argv());
    expect(ended.stderr).toMatch(message);
    expect([ended.code, ended.stdout]).toEqual([code, '']);
  });

  test('a model without the weights is exit code 3', async () => {
    const { code, stdout, stderr } = await runInProcess(['match', dog, 'a dog', '-m', models.withoutG]);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/expected the weights of InternVL-G, got a checkpoint without query_tokens/);
  });
});
