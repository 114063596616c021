import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { parseTarget } from '../../src/cli/attention-options.js';
import { decodeImage } from '../../src/image/decode.js';
import { temporaryFolder } from '../package/tiny-model.js';
import { elementsOf, parseXml } from '../visual/xml.js';
import { writeGenerativeModels } from './generative-models.js';
import { runInProcess } from './in-process.js';

const pictures = fileURLToPath(new URL('../../docs/pictures', import.meta.url));
const dog = join(pictures, 'dog.png');
const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
beforeAll(async () => {
  await writeGenerativeModels(folder.path); // `complete` and `without-g`
  mkdirSync(at('out'));
});
afterAll(folder.remove);

const textsOf = (svg: string) =>
  elementsOf(parseXml(svg)).flatMap(({ name, text }) => (name === 'text' ? [text] : []));

describe('internvl classify --attention', () => {
  test('writes where the pool of the small model looks, as PNG, beside the answer', async () => {
    const out = at('out/a.png');
    const { code, stdout, stderr } = await runInProcess([
      'classify',
      dog,
      '-l',
      'dog,cat',
      '--attention',
      out,
    ]);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/% {2}dog /);
    const { width, height } = decodeImage(readFileSync(out));
    expect([width, height]).toEqual([2 * (12 + 2 * 172), 2 * (12 + 201 + 22)]); // two tiles and the legend
  });

  test("draws several parts side by side, QLLaMA's queries among them, as SVG", async () => {
    const out = at('out/a.svg');
    const parts = ['vit:1:2', 'vit@1,3', 'query:7:2'].flatMap((part) => ['--attention-of', part]);
    const argv = ['classify', dog, '-l', 'dog', '--attention', out, ...parts, '-m', at('complete')];
    expect((await runInProcess(argv)).code).toBe(0);
    const said = textsOf(readFileSync(out, 'utf8'));
    for (const caption of ['vit block 1', 'head 2', 'vit block 4, from patch 1,3', 'query 7, layer 2']) {
      expect(said).toContain(caption);
    }
    expect(readdirSync(at('out')).filter((name) => name.includes('.part'))).toEqual([]);
  });

  test.each<[options: string[], message: RegExp]>([
    [['--attention', 'a.gif'], /--attention expects a file that ends in \.png or \.svg, got 'a\.gif'/],
    [['--attention', 'none/a.png'], /none: no such folder/],
    [['--attention-of', 'pool'], /--attention-of expects --attention FILE or --show, got neither/],
    [['--attention', at('x.png'), '--attention-of', 'vit:x'], /--attention-of expects pool.*, got 'vit:x'/],
    [['--attention', at('x.png'), '--attention-of', 'vit:4'], /vit:4: expected a block below 4, got 4/],
    [['--attention', at('x.png'), '--attention-of', 'pool:4'], /pool:4: expected a head below 4, got 4/],
    [
      ['--attention', at('x.png'), '--attention-of', 'query:0', '-m', at('without-g')],
      /query:0: expected the weights of InternVL-G, got/,
    ],
  ])('%j is refused before anything is computed', async (options, message) => {
    const { code, stdout, stderr } = await runInProcess(['classify', dog, '-l', 'dog', ...options]);
    expect(stderr).toMatch(message);
    expect([code === 0, stdout, existsSync(at('x.png'))]).toEqual([false, '', false]);
  });

  test('more tiles than can be shown are refused', async () => {
    const parts = Array(200).fill(['--attention-of', 'pool']).flat();
    const { code, stderr } = await runInProcess([
      'classify',
      dog,
      '-l',
      'a',
      '--attention',
      at('x.png'),
      ...parts,
    ]);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/at most 200 tiles, got 1 pictures with 200 maps/),
    ]);
  });
});

test.each([
  ['pool', { part: 'pool' }],
  ['pool:1', { part: 'pool', head: 1 }],
  ['vit', { part: 'vit' }],
  ['vit:3', { part: 'vit', block: 3 }],
  ['vit:3:1@2,5', { part: 'vit', block: 3, head: 1, patch: { row: 2, column: 5 } }],
  ['vit@0,0', { part: 'vit', patch: { row: 0, column: 0 } }],
  ['query:95', { part: 'query', index: 95 }],
  ['query:0:30:31', { part: 'query', index: 0, layer: 30, head: 31 }],
])('%s is read as %j', (text, target) => {
  expect(parseTarget(text)).toEqual(target);
});

test.each(['', 'pools', 'vit:', 'vit:-1', 'vit:1.5', 'vit:1:2:3', 'vit@1', 'query', 'pool@1,1'])(
  '%j is no part',
  (text) => {
    expect(() => parseTarget(text)).toThrow(`got '${text}'`);
  },
);

describe('internvl retrieve --matrix', () => {
  const texts = ['a dog', 'a <cat> & "more"'];
  const search = (out: string, ...more: string[]) =>
    runInProcess(['retrieve', pictures, ...texts.flatMap((text) => ['-t', text]), '--matrix', out, ...more]);

  test('writes the cosines of all pairs as SVG, labels and all, with a thumbnail of each picture', async () => {
    const out = at('out/m.svg');
    const { code, stdout } = await search(out, '--json', '--top', '11');
    expect(code).toBe(0);
    const svg = readFileSync(out, 'utf8');
    const said = textsOf(svg);
    const { textToImage } = JSON.parse(stdout);
    const [best] = textToImage[0].matches;
    for (const text of [...texts, 'soccer-ball.png', best.cosine.toFixed(2)]) expect(said).toContain(text);
    expect(elementsOf(parseXml(svg)).filter(({ name }) => name === 'image')).toHaveLength(15);
    await search(out);
    expect(readFileSync(out, 'utf8')).toBe(svg);
  });

  test('and as PNG, and says when its font lacks a sign', async () => {
    const out = at('out/m.png');
    expect((await search(out)).stderr).toBe('');
    expect(decodeImage(readFileSync(out)).width).toBeGreaterThan(2 * 15 * 44);
    expect((await search(out, '-t', '一只猫')).stderr).toMatch(/m\.png: its font has Latin letters alone/);
  });

  test('is refused before anything is computed when there is too much to show', async () => {
    writeFileSync(at('texts.txt'), Array.from({ length: 101 }, (_, i) => `text ${i}\n`).join(''));
    const argv = ['retrieve', pictures, at('texts.txt'), '--matrix', at('out/x.svg')];
    const { code, stdout, stderr } = await runInProcess(argv);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/expects at most 100 texts and 100 pictures, got 101 texts and 15 pictures/);
  });
});
