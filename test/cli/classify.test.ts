import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { temporaryFolder, writeTinyModel } from '../package/tiny-model.js';
import { writeGenerativeModels } from './generative-models.js';
import { runInProcess } from './in-process.js';
import { internvl } from './program.js';

const picture = (name: string) => fileURLToPath(new URL(`../../docs/pictures/${name}.png`, import.meta.url));
const folder = temporaryFolder();
const model = join(folder.path, 'tiny');
const dog = picture('dog');

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
}

beforeAll(() => void writeTinyModel(model));
afterAll(folder.remove);

describe('internvl classify', () => {
  test('prints probabilities of the given words, best first, and nothing else', async () => {
    const { code, stdout, stderr } = await internvl(['classify', dog, '--labels', 'dog, cat', '-m', model]);
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    const shares = lines.map((line) => Number(/^ +([\d.]+) % {2}(?:dog|cat) /.exec(line)?.[1]));
    expect(shares[0]).toBeGreaterThanOrEqual(shares[1] ?? 100);
    expect((shares[0] ?? 0) + (shares[1] ?? 0)).toBeCloseTo(100, 0);
  });

  test('--json is one document with paths, scores, cosines and logits', async () => {
    const argv = ['classify', dog, picture('cat'), '-l', 'a,b,c', '--top', '2', '--json', '-m', model];
    const { code, stdout } = await runInProcess(argv);
    const { results, labels } = JSON.parse(stdout);
    expect([code, labels]).toEqual([0, 3]);
    expect(results.map(({ image }: { image: string }) => image)).toEqual([dog, picture('cat')]);
    expect(results[0].predictions).toHaveLength(2);
    expect(Object.keys(results[0].predictions[0])).toEqual(['label', 'score', 'cosine', 'logit']);
  });

  test('labels from a file and a picture from stdin give what labels and a path give', async () => {
    const labels = file('labels.txt', 'dog\r\ncat\n\nbanana\n');
    const options = ['--json', '-m', model];
    const fromPath = await runInProcess(['classify', dog, '-l', 'dog,cat,banana', ...options]);
    const argv = ['classify', '-', '--labels-file', labels, ...options];
    const fromStdin = await internvl(argv, { input: readFileSync(dog) });
    const predictions = (stdout: string) => JSON.parse(stdout).results[0].predictions;
    expect(predictions(fromStdin.stdout)).toEqual(predictions(fromPath.stdout));
  });

  test('streamed weights and official templates run the same way', async () => {
    const options = ['--templates', 'sun397', '--json', '-m', model];
    const resident = await runInProcess(['classify', dog, '-l', 'dog,cat', ...options]);
    const streamed = await runInProcess(['classify', dog, '-l', 'dog,cat', '--memory', 'stream', ...options]);
    expect(streamed.stderr).toBe('');
    const predictions = (stdout: string) => JSON.parse(stdout).results[0].predictions;
    expect(predictions(streamed.stdout)).toEqual(predictions(resident.stdout));
  });

  test('--mode InternVL-G answers with QLLaMA, where the model has its weights', async () => {
    const cosines = async (mode: string) => {
      const { stdout } = await runInProcess([
        'classify',
        dog,
        '-l',
        'a,b',
        '--json',
        '--mode',
        mode,
        '-m',
        model,
      ]);
      return JSON.parse(stdout).results[0].predictions.map(({ cosine }: { cosine: number }) => cosine);
    };
    expect(await cosines('InternVL-G')).not.toEqual(await cosines('InternVL-C'));
    const { withoutG } = await writeGenerativeModels(folder.path);
    const argv = ['classify', dog, '-l', 'a,b', '--mode', 'InternVL-G', '-m', withoutG];
    const { code, stdout, stderr } = await runInProcess(argv);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/expected the weights of InternVL-G/);
  });

  test('the words that a model brings along are used when none are given', async () => {
    const own = join(folder.path, 'own-words');
    writeTinyModel(own);
    writeFileSync(join(own, 'zero_shot.json'), '{"templates": ["{c}"], "labels": ["moon", "sun"]}');
    const { code, stdout } = await runInProcess(['classify', dog, '-m', own]);
    expect([code, /moon/.test(stdout)]).toEqual([0, true]);
  });
});

describe('wrong input gives one line and an exit code', () => {
  const cases: [what: string, argv: () => string[], code: number, message: RegExp][] = [
    ['no picture', () => ['-l', 'a'], 2, /expected a picture\nTry: internvl classify --help/],
    [
      'an unknown option',
      () => [dog, '--lables', 'a'],
      2,
      /unknown option --lables; did you mean --labels\?/,
    ],
    ['no labels', () => [dog], 2, /expected --labels or --labels-file/],
    ['an empty list', () => [dog, '-l', ', ,'], 2, /--labels expects words, got an empty list/],
    [
      'both lists',
      () => [dog, '-l', 'a', '--labels-file', 'x'],
      2,
      /expected --labels or --labels-file, got both/,
    ],
    ['a template without a place', () => [dog, '-l', 'a', '-t', 'a photo'], 2, /--template expects \{c\}/],
    ['stdin for two things', () => ['-', '--labels-file', '-'], 2, /expected - \(stdin\) once/],
    ['an unknown set', () => [dog, '-l', 'a', '--templates', 'x'], 2, /--templates expected a template set/],
    ['a missing picture', () => ['nothing.png', '-l', 'a'], 1, /^internvl: nothing.png: no such file\n$/],
    ['a folder', () => [folder.path, '-l', 'a'], 1, /expected a file, got a folder/],
    ['not a picture', () => [file('a.txt', 'hello'), '-l', 'a'], 1, /a\.txt: expected a PNG or JPEG picture/],
    [
      'an empty file of labels',
      () => [dog, '--labels-file', file('none', '\n')],
      1,
      /none: .*got an empty list/,
    ],
    [
      'UTF-16',
      () => [dog, '--labels-file', file('u', Buffer.from('\uFEFFa', 'utf16le'))],
      1,
      /got UTF-16; convert/,
    ],
    [
      'a word twice',
      () => [dog, '--labels-file', file('d', 'a\nb\na')],
      1,
      /d: 'a' stands twice, as entries 1 and 3/,
    ],
  ];
  test.each(cases)('%s', async (_what, argv, code, message) => {
    const ended = await runInProcess(['classify', ...argv(), '-m', model]);
    expect(ended.stderr).toMatch(message);
    expect([ended.code, ended.stdout]).toEqual([code, '']);
  });
});
