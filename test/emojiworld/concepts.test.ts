import { beforeAll, expect, test } from 'vitest';

import {
  type Concept,
  everydayConcepts,
  languages,
  loadConcepts,
  paperLanguages,
  xtdLanguages,
} from '../../src/emojiworld/concepts.js';
import { packageFile } from '../../src/emojiworld/packages.js';

let all: readonly Concept[];
beforeAll(async () => {
  all = await loadConcepts();
});

test('there are 1,369 concepts, each with an emoji, a group and a name in all nine languages', () => {
  expect(all).toHaveLength(1369);
  expect(new Set(all.map(({ id }) => id)).size).toBe(1369);
  for (const { id, emoji, group, names } of all) {
    expect(emoji.codePointAt(0)?.toString(16).padStart(4, '0')).toBe(id);
    expect(group).not.toBe('');
    for (const language of languages) expect(names[language].length).toBeGreaterThan(0);
  }
});

test('the dog is called so in nine languages', () => {
  const dog = all.find(({ id }) => id === '1f415');
  expect(dog).toMatchObject({ emoji: '🐕', group: 'Animals & Nature' });
  expect(dog?.names).toEqual({
    en: 'dog',
    zh: '狗',
    ja: 'イヌ',
    ar: 'كلب',
    it: 'cane',
    es: 'perro',
    fr: 'chien',
    ko: '개',
    ru: 'собака',
  });
  expect(dog?.keywords.it).toContain('animale domestico');
});

test('the 240 everyday concepts have short plain names that no other concept has', () => {
  const everyday = everydayConcepts(all);
  expect(everyday).toHaveLength(240);
  expect(new Set(everyday.map(({ names }) => names.en.toLowerCase())).size).toBe(240);
  const owners = new Map(all.map(({ id, names }) => [names.en.toLowerCase(), id]));
  for (const { id, names } of everyday) {
    expect(names.en.split(' ').length).toBeLessThanOrEqual(4);
    expect(owners.get(names.en.toLowerCase()) ?? id).toBe(id);
  }
});

test('five languages are those of the multilingual ImageNet, eight those of XTD, and all are nine', () => {
  expect(languages).toHaveLength(9);
  expect(paperLanguages).toHaveLength(5);
  expect(xtdLanguages).toHaveLength(8);
  expect(new Set([...paperLanguages, ...xtdLanguages])).toEqual(new Set(languages));
});

test('no two concepts share a name in any language', () => {
  for (const language of languages) {
    expect(new Set(all.map(({ names }) => names[language].toLowerCase())).size, language).toBe(1369);
  }
});

test('all concepts have the plain names too, so that everyday ones are the same objects', () => {
  const truck = all.find(({ id }) => id === '1f69a');
  expect(truck?.names.en).toBe('truck');
  expect(everydayConcepts(all)).toContain(truck);
});

test('where the everyday name differs, the Unicode name is the first keyword', () => {
  const car = everydayConcepts(all).find(({ id }) => id === '1f697');
  expect(car?.names.en).toBe('car');
  expect(car?.keywords.en[0]).toBe('automobile');
  expect(car?.keywords.en).not.toContain('car');
});

test('everyday concepts are asked of all concepts', () => {
  expect(() => everydayConcepts(all.slice(0, 10))).toThrow('expected all concepts to contain 1f415 (dog)');
});

test('a package that is not installed is named, with the remedy', () => {
  expect(() => packageFile('@iconify-json/absent/icons.json')).toThrow(
    'EmojiWorld needs @iconify-json/absent/icons.json, which is not installed: run `npm ci`',
  );
});
