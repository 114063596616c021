import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

import { decodeImage } from '../../src/image/decode.js';
import { temporaryFolder } from '../package/tiny-model.js';
import { elementsOf, parseXml } from '../visual/xml.js';
import { runInProcess } from './in-process.js';

const pictures = fileURLToPath(new URL('../../docs/pictures', import.meta.url));
const [dog, cat] = ['dog.png', 'cat.png'].map((name) => join(pictures, name)) as [string, string];
const folder = temporaryFolder();
afterAll(folder.remove);
const at = (name: string) => join(folder.path, name);
const textsOf = (path: string) =>
  elementsOf(parseXml(readFileSync(path, 'utf8'))).flatMap(({ name, text }) =>
    name === 'text' ? [text] : [],
  );

describe('internvl classify --plot', () => {
  test('draws what it prints, as SVG and as PNG', async () => {
    const argv = ['classify', dog, cat, '-l', 'dog,cat,traffic light', '--top', '2'];
    const { code, stdout } = await runInProcess([...argv, '--json', '--plot', at('answer.svg')]);
    expect(code).toBe(0);
    const shown = JSON.parse(stdout).results.flatMap(
      ({ image, predictions }: { image: string; predictions: { label: string; score: number }[] }) => [
        expect.stringContaining(image.slice(-7)),
        ...predictions.flatMap(({ label, score }) => [label, `${(100 * score).toFixed(1)} %`]),
      ],
    );
    expect(textsOf(at('answer.svg'))).toEqual(shown);
    expect((await runInProcess([...argv, '--plot', at('answer.png')])).stderr).toBe('');
    expect(decodeImage(readFileSync(at('answer.png'))).width).toBeGreaterThan(600);
    expect(readdirSync(folder.path).filter((name) => name.includes('.part'))).toEqual([]);
  });

  test('draws beside --attention, which keeps its own file', async () => {
    const files = ['--plot', at('bars.svg'), '--attention', at('map.svg')];
    const { code } = await runInProcess(['classify', dog, '-l', 'dog,cat', ...files]);
    expect(code).toBe(0);
    expect([textsOf(at('bars.svg'))[1], textsOf(at('map.svg'))[1]]).toEqual(['dog', 'as the model sees it']);
  });

  test('and not into the same', async () => {
    const argv = ['classify', dog, '-l', 'dog', '--plot', 'a.svg', '--attention', 'a.svg'];
    const { code, stderr } = await runInProcess(argv);
    expect([code, stderr]).toEqual([2, expect.stringContaining('expect a file each, got a.svg twice')]);
  });

  test('draws at most 100 pictures', async () => {
    const { code, stderr } = await runInProcess([
      'classify',
      ...Array(101).fill(dog),
      '-l',
      'a',
      '--plot',
      'a.svg',
    ]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('--plot expects at most 100 pictures, got 101'),
    ]);
  });
});

describe('matrices', () => {
  test('retrieve --plot is what --matrix was, and is', async () => {
    const search = (option: string, name: string) =>
      runInProcess(['retrieve', pictures, '-t', 'a dog', '-t', 'a cat', option, at(name)]);
    expect([(await search('--plot', 'new.svg')).code, (await search('--matrix', 'old.svg')).code]).toEqual([
      0, 0,
    ]);
    expect(readFileSync(at('new.svg'), 'utf8')).toBe(readFileSync(at('old.svg'), 'utf8'));
  });

  test('embed --plot is of the inputs among themselves', async () => {
    const argv = ['embed', dog, cat, '-t', 'a dog', '--plot', at('alike.svg')];
    const { code, stdout, stderr } = await runInProcess([...argv, '--out', at('e.json')]);
    expect([code, stdout, stderr]).toEqual([0, '', expect.stringMatching(/^.*e\.json: 3 x \d+, .*\n$/)]);
    const said = textsOf(at('alike.svg'));
    expect(said.filter((text) => text === '1.00')).toHaveLength(4); // each with itself, and the legend
    const { images, texts } = JSON.parse(readFileSync(at('e.json'), 'utf8'));
    const [a, b] = [images[0].embedding, texts[0].embedding] as [number[], number[]];
    const cosine = a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
    expect(said.filter((text) => text === cosine.toFixed(2)).length).toBeGreaterThanOrEqual(2);
    expect(elementsOf(parseXml(readFileSync(at('alike.svg'), 'utf8'))).filter(({ name }) => name === 'image')).toHaveLength(2); // biome-ignore format: one line
  });
});

describe('internvl train curve', () => {
  const log = (name: string, losses: number[]) => {
    writeFileSync(at(name), losses.map((loss, step) => `${JSON.stringify({ step, loss })}\n`).join(''));
    return at(name);
  };

  test('draws the losses of a log, and the means of several', async () => {
    const [a, b] = [log('a.jsonl', [5, 4, 3]), log('b.jsonl', [6, 2, 1])];
    const one = await runInProcess(['train', 'curve', a, '--plot', at('a.svg')]);
    expect(one).toMatchObject({ code: 0, stdout: `${at('a.svg')}\n`, stderr: '' });
    expect(textsOf(at('a.svg')).slice(0, 3)).toEqual(['a.jsonl', 'loss', 'mean of 50 steps']);
    const two = await runInProcess(['train', 'curve', a, b, '--json', '--plot', at('ab.png')]);
    expect([two.code, JSON.parse(two.stdout)]).toEqual([0, { plot: at('ab.png') }]);
  });

  test.each<[string[], number, RegExp]>([
    [['--plot', 'a.svg'], 2, /expected the log of a run/],
    [['none.jsonl', '--plot', 'x.svg'], 1, /none\.jsonl: no such file/],
    [['none.jsonl'], 2, /curve expects --plot FILE or --show/],
    [['none.jsonl', '--plot', 'x.svg', '--out', 'y'], 2, /curve trains nothing: .* got --out/],
  ])('%j is refused', async (more, expected, message) => {
    const { code, stdout, stderr } = await runInProcess(['train', 'curve', ...more]);
    expect([code, stdout, existsSync('x.svg')]).toEqual([expected, '', false]);
    expect(stderr).toMatch(message);
  });

  test('a log without a loss, or what is no log, is named', async () => {
    const empty = await runInProcess(['train', 'curve', log('empty.jsonl', []), '--plot', at('x.svg')]);
    expect([empty.code, empty.stderr]).toEqual([
      1,
      'internvl: empty.jsonl: expected a point to draw, got none\n',
    ]);
    writeFileSync(at('no-log.jsonl'), 'step 1: loss 3\n');
    const none = await runInProcess(['train', 'curve', at('no-log.jsonl'), '--plot', at('x.svg')]);
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringMatching(/no-log\.jsonl:1: expected an object/),
    ]);
  });
});

describe('the option --plot', () => {
  test.each(['classify', 'retrieve', 'embed', 'parity', 'train', 'eval'])(
    'is explained by %s --help',
    async (name) => {
      const { code, stdout } = await runInProcess([name, '--help']);
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^ {2}--plot FILE +draw .*/m)]);
      expect(stdout).toMatch(/\(\.svg or\s+\.png\)/);
    },
  );

  test.each([
    ['classify', dog, '-l', 'a'],
    ['retrieve', pictures, '-t', 'a'],
    ['embed', '-t', 'a'],
    ['eval'],
    ['parity', 'test/fixtures/reference'],
    ['train', 'curve', 'a.jsonl'],
  ])('of %s takes two endings', async (...argv) => {
    const { code, stdout, stderr } = await runInProcess([...argv, '--plot', 'a.gif']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain("--plot expects a file that ends in .png or .svg, got 'a.gif'");
  });

  test.each([
    [['retrieve', pictures, '-t', 'a', '--matrix', 'b.svg'], 'expected --plot or --matrix, got both'],
    [['eval', '--svg', 'b.svg'], 'expected --plot or --svg, got both'],
  ])('and its older name are one: %j', async (argv, message) => {
    const { code, stderr } = await runInProcess([...argv, '--plot', 'a.svg']);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
