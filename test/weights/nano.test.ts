/** The shipped model does what its card says. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { BenchmarkRow } from '../../src/eval/emojiworld-benchmark.js';
import { InternVL } from '../../src/internvl.js';

const folder = 'weights/internvl-nano';
const card = readFileSync(join(folder, 'README.md'), 'utf8');
const { rows } = JSON.parse(readFileSync(join(folder, 'eval.json'), 'utf8')) as { rows: BenchmarkRow[] };

const pictures = readdirSync('docs/pictures').filter((name) => name.endsWith('.png'));
const nameOf = (picture: string) => picture.replace('.png', '').replace('-', ' ');

let model: InternVL;
beforeAll(async () => {
  model = await InternVL.fromPretrained();
});
afterAll(() => model.dispose());

describe('internvl-nano', () => {
  test('is small: 16 MB at most, all files together', () => {
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes).toBeLessThan(16e6);
  });

  test.each(pictures)('recognises docs/pictures/%s among the 1,369 names it knows', async (picture) => {
    const labels = model.zeroShot?.labels ?? [];
    expect(labels).toHaveLength(1369);
    const [best] = await model.classify(join('docs/pictures', picture), labels);
    expect(best?.label).toBe(nameOf(picture));
  });

  test('knows the names in other languages', async () => {
    const chinese = ['狗', '猫', '香蕉', '汽车', '吉他', '雨伞', '树', '披萨'];
    const [best] = await model.classify('docs/pictures/pizza.png', chinese);
    expect(best?.label).toBe('披萨');
  });
});

describe('its card', () => {
  test.each(['model.safetensors', 'tokenizer.model', 'config.json'])('states the sha256 of %s', (name) => {
    const hash = createHash('sha256')
      .update(readFileSync(join(folder, name)))
      .digest('hex');
    expect(card).toContain(`| ${name} | ${hash} |`);
  });

  const percent = (share: number) => (100 * share).toFixed(1);

  test('states what was measured, row by row', () => {
    const lines = rows
      .filter(({ name }) => name.endsWith('top-1'))
      .map(({ name, value, low, high, n }) => {
        const top5 = rows.find((other) => other.name === name.replace('top-1', 'top-5'));
        const label = name.replace(': top-1', '');
        return `| ${label} | ${percent(value)} [${percent(low)}, ${percent(high)}] | ${percent(top5?.value ?? 0)} | ${n} |`;
      });
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(card).toContain(line);
  });

  test('states every recall and every caption with its interval', () => {
    const others = rows.filter(({ name }) => !/top-\d$/.test(name));
    expect(others.length).toBeGreaterThan(30);
    for (const { value, low, high } of others) {
      expect(card).toContain(`| ${percent(value)} [${percent(low)}, ${percent(high)}] |`);
    }
  });

  test('promises no less than the first goal: top-1 of 70 %, top-5 of 90 % on its concepts', () => {
    const name = '1 of 240, training styles, held-out augmentation, en';
    const value = (k: number) => rows.find((row) => row.name === `${name}: top-${k}`)?.value;
    expect(value(1)).toBeGreaterThan(0.7);
    expect(value(5)).toBeGreaterThan(0.9);
  });
});
