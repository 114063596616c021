import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { decodeImage } from '../../src/image/decode.js';
import { temporaryFolder } from '../package/tiny-model.js';
import { elementsOf, parseXml } from '../visual/xml.js';
import { runInProcess } from './in-process.js';

const fixtures = 'test/fixtures/reference';
const folder = temporaryFolder();
afterAll(folder.remove);
const at = (name: string) => join(folder.path, name);
const parity = (...more: string[]) => runInProcess(['parity', fixtures, ...more]);

describe('internvl parity --plot', () => {
  test('draws the drift along the forward of a tower, as SVG, beside the lines', async () => {
    const { code, stdout, stderr } = await parity('--case', 'tiny-14b/vit', '--plot', at('vit.svg'));
    expect([code, stderr]).toEqual([0, '1 ok, 0 failed\n']);
    expect(stdout).toMatch(/^tiny-14b\/vit .* ok\n$/);
    const elements = elementsOf(parseXml(readFileSync(at('vit.svg'), 'utf8')));
    const said = elements.filter(({ name }) => name === 'text').map(({ text }) => text);
    expect(said.slice(-13, -9)).toEqual(['embeddings', 'block.0.norm1', 'block.0.qkv', 'block.0.q_norm']);
    const hints = elements.filter(({ name }) => name === 'title').map(({ text }) => text);
    expect(hints[1]).toMatch(/^embeddings: relative L2 \d\.\de-7, limit 1\.0e-4$/);
    expect(readdirSync(folder.path)).toEqual(['vit.svg']);
  });

  test('draws several cases, those that fail too, as PNG', async () => {
    const more = ['--case', 'tiny-14b/pool-*,training/schedules', '--json', '--plot', at('some.png')];
    const { code, stdout } = await parity(...more);
    expect([code, JSON.parse(stdout)]).toEqual([0, Array(3).fill(expect.objectContaining({ ok: true }))]);
    expect(decodeImage(readFileSync(at('some.png'))).width).toBeGreaterThan(100);
  });

  test.each([
    ['drift.gif', 2, /--plot expects a file that ends in \.png or \.svg, got 'drift\.gif'/],
    ['none/drift.svg', 1, /none: no such folder/],
  ])('%s is refused before anything is computed', async (path, expected, message) => {
    const { code, stdout, stderr } = await parity('--plot', path);
    expect([code, stdout, existsSync(path)]).toEqual([expected, '', false]);
    expect(stderr).toMatch(message);
  });
});
