import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { trimmed } from '../../src/cli/one-line.js';
import { encodePng } from '../../src/image/encode-png.js';
import { temporaryFolder } from '../package/tiny-model.js';
import { writeGenerativeModels } from './generative-models.js';
import { runInProcess } from './in-process.js';
import { internvl } from './program.js';

const picture = (name: string) => fileURLToPath(new URL(`../../docs/pictures/${name}.png`, import.meta.url));
const folder = temporaryFolder();
const photos = join(folder.path, 'photos');
const dog = picture('dog');
const cat = picture('cat');
let models: Awaited<ReturnType<typeof writeGenerativeModels>>;

beforeAll(async () => {
  models = await writeGenerativeModels(folder.path);
  mkdirSync(join(photos, 'animals'), { recursive: true });
  copyFileSync(dog, join(photos, 'animals', 'dog.png'));
  copyFileSync(cat, join(photos, 'cat.png'));
});
afterAll(folder.remove);

const run = (...argv: string[]) => runInProcess(['caption', ...argv, '-m', models.complete]);

async function printed(...argv: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(...argv);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

describe('internvl caption', () => {
  test('prints the caption of one picture, the same each time', async () => {
    const caption = await printed(dog);
    expect(caption).toMatch(/^[^\t\n]{8,}\n$/);
    expect(await printed(dog)).toBe(caption);
  });

  test('of files and folders it prints lines, and each picture has the caption that it has alone', async () => {
    const [ofDog, ofCat] = [await printed(dog), await printed(cat)];
    expect(ofDog).not.toBe(ofCat);
    expect(await printed(dog, cat)).toBe(`${dog}\t${ofDog}${cat}\t${ofCat}`);
    const below = `${join(photos, 'animals', 'dog.png')}\t${ofDog}${join(photos, 'cat.png')}\t${ofCat}`;
    expect(await printed(photos, dog)).toBe(`${below}${dog}\t${ofDog}`);
    expect(await printed(join(photos, 'animals'))).toContain('dog.png\t'); // a folder with one picture, too
  });

  test('the streamed pieces are the caption with one beam, drawn or not', async () => {
    for (const options of [[], ['--sample', '--seed', '3', '--temperature', '1.5', '--top-k', '40']]) {
      const streamed = await printed(dog, cat, '--stream', ...options);
      expect(streamed).toBe(await printed(dog, cat, '--beams', '1', ...options));
    }
    const pieces: number[] = [];
    await runInProcess(['caption', dog, '--stream', '-m', models.complete], {
      onPrint: () => pieces.push(0),
    });
    expect(pieces.length).toBeGreaterThan(8);
  });

  test('--json gives captions with their scores, several best first', async () => {
    const [first, ...rest] = JSON.parse(await printed(dog, '--json', '--hypotheses', '3'));
    expect(rest).toEqual([]);
    expect(Object.keys(first)).toEqual(['image', 'caption', 'score', 'hypotheses']);
    const { image, caption, score, hypotheses } = first;
    expect([image, hypotheses.length, hypotheses[0]]).toEqual([dog, 3, { caption, score }]);
    const scores = hypotheses.map((each: { score: number }) => each.score);
    expect([...scores].sort((a, b) => b - a)).toEqual(scores);
    const lines = (await printed(dog, '--hypotheses', '3')).trimEnd().split('\n');
    expect(lines.map((line) => line.split('\t')[0])).toEqual(scores.map((each: number) => each.toFixed(3)));
  });

  test('the options reach the search', async () => {
    const usual = await printed(dog);
    const others = [['--prompt', 'a photo of'], ['--beams', '2'], ['--sample']];
    for (const options of [...others, ['--min-tokens', '30', '--max-tokens', '40']]) {
      expect(await printed(dog, ...options), options.join(' ')).not.toBe(usual);
    }
    const drawn = await printed(dog, '--sample', '--seed', '1');
    expect(await printed(dog, '--sample', '--seed', '1')).toBe(drawn);
    expect(await printed(dog, '--sample', '--seed', '2')).not.toBe(drawn);
    expect(await printed(dog, '--sample', '--top-p', '0.0001')).toBe(await printed(dog, '--beams', '1'));
    const score = async (...options: string[]): Promise<number> =>
      JSON.parse(await printed(dog, '--json', '--max-tokens', '4', ...options))[0].score;
    expect(await score('--beams', '1', '--length-penalty=0')).toBeCloseTo(
      4 * (await score('--beams', '1')),
      4,
    );
  });

  test('--transform crops what is otherwise squashed', async () => {
    const data = Uint8Array.from({ length: 3 * 40 * 20 }, (_, i) => (i * 7) % 256);
    const wide = join(folder.path, 'wide.png');
    writeFileSync(wide, encodePng({ width: 40, height: 20, data }));
    const squashed = await printed(wide, '--json');
    expect(await printed(wide, '--json', '--transform', 'retrieval')).toBe(squashed);
    expect(await printed(wide, '--json', '--transform', 'classification')).not.toBe(squashed);
  });

  test('a picture from stdin has the caption of its file', async () => {
    const argv = ['caption', '-', '-m', models.complete];
    const { code, stdout, stderr } = await internvl(argv, { input: readFileSync(dog) });
    expect([code, stderr, stdout]).toEqual([0, '', await printed(dog)]);
  });

  test('an interrupt ends a stream between tokens, on a line of its own', async () => {
    const argv = ['caption', dog, cat, '--stream', '-m', models.complete];
    const { code, stdout, stderr } = await runInProcess(argv, { onPrint: (interrupt) => interrupt.abort() });
    expect([code, stderr]).toEqual([130, 'interrupted\n']);
    expect(stdout).toMatch(/dog\.png\t[^\n]+\n$/);
  });
});

describe('what cannot be done', () => {
  const cases: [what: string, argv: () => string[], code: number, message: RegExp][] = [
    ['no picture', () => [], 2, /expected a picture or a folder of pictures\nTry: internvl caption --help/],
    ['stdin twice', () => ['-', '-'], 2, /expected - \(stdin\) once/],
    [
      'min > max',
      () => [dog, '--min-tokens', '31'],
      2,
      /--min-tokens expects at most 30 \(--max-tokens\), got 31/,
    ],
    ['no beam', () => [dog, '--beams', '0'], 2, /--beams expects a whole number from 1, got '0'/],
    ['a stream of beams', () => [dog, '--stream', '--beams', '3'], 2, /--stream expects --beams 1, got 3/],
    ['a stream as JSON', () => [dog, '--stream', '--json'], 2, /expected --stream or --json, got both/],
    ['beams that draw', () => [dog, '--sample', '-b', '2'], 2, /--sample expects --beams 1, got 2/],
    ['heat alone', () => [dog, '--temperature', '2'], 2, /--temperature expects --sample/],
    ['a seed alone', () => [dog, '--seed', '0'], 2, /--seed expects --sample/],
    ['no heat', () => [dog, '--sample', '--temperature', '0'], 2, /--temperature expects a number above 0/],
    [
      'too probable',
      () => [dog, '--sample', '--top-p', '1.1'],
      2,
      /--top-p expects a number above 0 up to 1/,
    ],
    ['more than beams', () => [dog, '--hypotheses', '6'], 2, /at most 5 \(--beams\), got 6: raise --beams/],
    ['several drawn', () => [dog, '--sample', '--hypotheses', '2'], 2, /at most 1 .*: a beam search alone/],
    ['nothing to end', () => [dog, '--beams', '1', '--early-stopping'], 2, /expects --beams from 2, got 1/],
    ['a missing picture', () => [dog, 'none.png'], 1, /^internvl: none\.png: no such file\n$/],
    [
      'a long prompt',
      () => [dog, '--prompt', 'ab '.repeat(500)],
      1,
      /prompt 1: expected at most .*: shorten it/,
    ],
  ];
  test.each(cases)('%s', async (_what, argv, code, message) => {
    const ended = await run(...argv());
    expect(ended.stderr).toMatch(message);
    expect([ended.code, ended.stdout]).toEqual([code, '']);
  });

  test('a broken picture in a stream leaves no half line', async () => {
    const broken = join(folder.path, 'broken.png');
    writeFileSync(broken, 'no picture');
    const { code, stdout, stderr } = await run(broken, '--stream');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/broken\.png: expected a PNG or JPEG picture/);
  });

  test('a model without the weights is named with what it lacks and what it can do', async () => {
    const { code, stdout, stderr } = await runInProcess(['caption', dog, '-m', models.withoutG]);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(
      /without-g: expected the weights of InternVL-G, got .* without query_tokens, .* more: /,
    );
    expect(stderr).toMatch(/classify, embed and retrieve work in mode InternVL-C\n$/);
  });
});

test('trimmed gives the pieces of the trimmed text', async () => {
  const given = [' ', ' a', '  ', 'b ', '\n', ' c d', ' ', '\t'];
  const pieces = async function* () {
    yield* given;
  };
  const got: string[] = [];
  for await (const piece of trimmed(pieces())) got.push(piece);
  expect(got.join('')).toBe(given.join('').trim());
  expect(got).toEqual(['a', '  b', ' \n c d']);
});
