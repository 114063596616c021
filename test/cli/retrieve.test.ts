import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { temporaryFolder, writeTinyModel } from '../package/tiny-model.js';
import { writeGenerativeModels } from './generative-models.js';
import { runInProcess } from './in-process.js';

const folder = temporaryFolder();
const model = join(folder.path, 'tiny');
const photos = join(folder.path, 'photos');

function file(name: string, content: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
}

beforeAll(() => {
  writeTinyModel(model);
  mkdirSync(join(photos, 'animals'), { recursive: true });
  const picture = (name: string) =>
    fileURLToPath(new URL(`../../docs/pictures/${name}.png`, import.meta.url));
  cpSync(picture('dog'), join(photos, 'animals', 'dog.png'));
  cpSync(picture('cat'), join(photos, 'animals', 'cat.png'));
  cpSync(picture('pizza'), join(photos, 'pizza.png'));
  file('photos/notes.txt', 'not a picture');
});
afterAll(folder.remove);

describe('internvl retrieve', () => {
  test('searches a folder and the folders in it with a text', async () => {
    const { code, stdout, stderr } = await runInProcess(['retrieve', photos, '--text', 'a dog', '-m', model]);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('a dog');
    const found = lines.slice(1).map((line) => line.trim().split(/\s+/));
    expect(found.map(([, name]) => name).sort()).toEqual(['animals/cat.png', 'animals/dog.png', 'pizza.png']);
    const cosines = found.map(([cosine]) => Number(cosine));
    expect([...cosines].sort((a, b) => b - a)).toEqual(cosines);
  });

  test('both directions from a file of texts', async () => {
    const texts = file('texts.json', '["a dog", "a cat"]');
    const { stdout } = await runInProcess(['retrieve', photos, texts, '--top', '1', '--json', '-m', model]);
    const { textToImage, imageToText } = JSON.parse(stdout);
    expect([textToImage.length, imageToText.length, imageToText[0].matches.length]).toEqual([2, 3, 1]);
    expect(imageToText[0].image).toBe('animals/cat.png');
  });

  test('pairs give recall in both directions, by path or by name', async () => {
    const pairs = file('pairs.tsv', 'animals/dog.png\ta dog\ndog.png\tthe dog\npizza.png\ta pizza\n');
    const { stdout } = await runInProcess(['retrieve', photos, '--pairs', pairs, '--json', '-m', model]);
    const { recall } = JSON.parse(stdout);
    expect(Object.keys(recall.textToImage)).toEqual(['1', '5', '10']);
    expect(recall.textToImage['5']).toBe(1); // three pictures
    const words = await runInProcess(['retrieve', photos, '--pairs', pairs, '-m', model]);
    expect(words.stdout).toMatch(/R@1 +R@5 +R@10\npicture → text .* 100\.0 %\ntext → picture/);
  });

  test('--mode InternVL-G compares other vectors of the pictures', async () => {
    const found = async (...options: string[]) => {
      const argv = ['retrieve', photos, '-t', 'a dog', '--json', '-m', model, ...options];
      return JSON.parse((await runInProcess(argv)).stdout).textToImage[0].matches as { cosine: number }[];
    };
    const usual = await found();
    expect(await found('--mode', 'InternVL-C')).toEqual(usual);
    const cosines = (matches: { cosine: number }[]) => matches.map(({ cosine }) => cosine);
    expect(cosines(await found('--mode', 'InternVL-G'))).not.toEqual(cosines(usual));
  });

  test('--rerank orders the first matches by their match probability, which stands beside the cosine', async () => {
    const argv = ['retrieve', photos, '-t', 'a dog', '--rerank', '2', '-m', model];
    const { code, stdout, stderr } = await runInProcess([...argv, '--json']);
    expect([code, stderr]).toEqual([0, '']);
    const [first, second, third] = JSON.parse(stdout).textToImage[0].matches;
    expect(first.match).toBeGreaterThan(second.match);
    expect(third.match).toBeUndefined();
    expect(third.cosine).toBeLessThan(Math.min(first.cosine, second.cosine));
    const matched = await runInProcess(['match', join(photos, first.image), 'a dog', '--json', '-m', model]);
    expect(JSON.parse(matched.stdout)[0].match).toBeCloseTo(first.match, 5);
    const shown = (value: number, match?: number) =>
      `  ${value.toFixed(3).padStart(6)}${match === undefined ? ' '.repeat(9) : `${(match * 100).toFixed(1)} %`.padStart(9)}`;
    const lines = (await runInProcess(argv)).stdout.trimEnd().split('\n').slice(1);
    expect(lines).toEqual([
      `${shown(first.cosine, first.match)}  ${first.image}`,
      `${shown(second.cosine, second.match)}  ${second.image}`,
      `${shown(third.cosine)}  ${third.image}`,
    ]);
  });

  test('recall is that of the order that is shown, whichever way', async () => {
    const texts = ['a dog', 'the blue car', 'banana']; // by cosine, none finds its picture
    const images = ['animals/dog.png', 'animals/cat.png', 'pizza.png'];
    const pairs = file('reranked.tsv', texts.map((text, i) => `${images[i]}\t${text}\n`).join(''));
    const argv = ['retrieve', photos, '--pairs', pairs, '--rerank', '3', '--json', '-m', model];
    const { recall, textToImage, imageToText } = JSON.parse((await runInProcess(argv)).stdout);
    const right = (isFirst: boolean[]) => isFirst.filter(Boolean).length / 3;
    type Found = { image: string; text: string; matches: { image: string; text: string }[] };
    const pictures = textToImage.map(({ matches }: Found, t: number) => matches[0]?.image === images[t]);
    const words = imageToText.map(
      ({ image, matches }: Found) => matches[0]?.text === texts[images.indexOf(image)],
    );
    expect([recall.textToImage['1'], recall.imageToText['1']]).toEqual([right(pictures), right(words)]);
  });

  test('InternVL-G and --rerank need its weights', async () => {
    const { withoutG } = await writeGenerativeModels(folder.path);
    for (const options of [
      ['--mode', 'InternVL-G'],
      ['--rerank', '3'],
    ]) {
      const argv = ['retrieve', photos, '-t', 'a dog', ...options, '-m', withoutG];
      const { code, stdout, stderr } = await runInProcess(argv);
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toMatch(/got a checkpoint without query_tokens, .* work in mode InternVL-C\n$/);
    }
    const wrong = await runInProcess(['retrieve', photos, '-t', 'a', '--mode', 'G', '-m', withoutG]);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringContaining("--mode expects InternVL-C or InternVL-G, got 'G'"),
    ]);
  });

  test('says what is wrong', async () => {
    const failure = async (...argv: string[]): Promise<[number | null, string]> => {
      const { code, stderr } = await runInProcess(['retrieve', ...argv, '-m', model]);
      return [code, stderr.split('\n')[0] ?? ''];
    };
    expect(await failure()).toEqual([2, 'internvl: expected a folder of pictures']);
    expect(await failure(photos)).toEqual([2, 'internvl: expected TEXTS, --text or --pairs']);
    expect(await failure(join(folder.path, 'none'), '-t', 'a')).toEqual([
      1,
      expect.stringMatching(/no such folder$/),
    ]);
    expect(await failure(model, '-t', 'a')).toEqual([
      1,
      expect.stringMatching(/expected pictures .* got none$/),
    ]);
    const stranger = file('stranger.tsv', 'horse.png\ta horse\n');
    expect(await failure(photos, '--pairs', stranger)).toEqual([
      1,
      expect.stringMatching(/no picture horse\.png/),
    ]);
  });
});
