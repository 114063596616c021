import { beforeAll, expect, test } from 'vitest';

import { type Concept, languages, loadConcepts } from '../../src/emojiworld/concepts.js';
import { noiseKinds, noisyText } from '../../src/emojiworld/noise.js';
import { createRandom } from '../../src/emojiworld/random.js';
import { conceptText, fillTemplate, templates } from '../../src/emojiworld/texts.js';

let all: readonly Concept[];
let dog: Concept;
beforeAll(async () => {
  all = await loadConcepts();
  dog = all.find(({ id }) => id === '1f415') as Concept; // a test of the concepts says that it is there
});

test('without options a text is the name', () => {
  expect(languages.map((language) => conceptText(dog, language, createRandom(1)))).toEqual([
    'dog',
    '狗',
    'イヌ',
    'كلب',
    'cane',
    'perro',
    'chien',
    '개',
    'собака',
  ]);
});

test('keywords and templates come in at their shares', () => {
  const random = createRandom(1);
  const texts = Array.from({ length: 400 }, () =>
    conceptText(dog, 'en', random, { keywords: 0.5, templates: 0.5 }),
  );
  const keyword = texts.filter((text) => dog.keywords.en.some((word) => text.endsWith(word)));
  const bare = texts.filter((text) => text === 'dog' || dog.keywords.en.includes(text));
  expect(keyword.length / 400).toBeCloseTo(0.5, 0.7);
  expect(bare.length / 400).toBeCloseTo(0.5 + 0.5 / 6, 0.7);
});

test('every template has one place for the name, and each language as many templates', () => {
  for (const language of languages) {
    expect(templates[language]).toHaveLength(templates.en.length);
    for (const template of templates[language]) expect(template.split('{}')).toHaveLength(2);
  }
  expect(fillTemplate('a picture of {}', '$& {}')).toBe('a picture of $& {}');
});

test('noise does what its name says, in every language, and follows from the state', () => {
  const others = all.slice(0, 50);
  for (const language of languages) {
    const text = `${dog.names[language]} 123`;
    for (const kind of noiseKinds) {
      const make = (seed: number) =>
        noisyText(kind, text, { concept: dog, language, others }, createRandom(seed));
      for (let seed = 0; seed < 20; seed++) {
        const noisy = make(seed);
        expect(make(seed)).toBe(noisy);
        expect(noisy.length).toBeGreaterThan(0);
        expect(noisy).not.toBe(text);
        if (kind === 'truncated') expect(text.startsWith(noisy)).toBe(true);
        if (kind === 'wrong pair') expect(others.some(({ names }) => names[language] === noisy)).toBe(true);
        if (kind === 'boilerplate') expect(noisy).not.toMatch(/[{}]/);
      }
    }
  }
});

test('there are five kinds of noise; mixed languages hold the name in this language and in one other', () => {
  expect(noiseKinds).toEqual(['wrong pair', 'truncated', 'keyword list', 'boilerplate', 'mixed languages']);
  const others = new Set<string>();
  for (let seed = 0; seed < 200; seed++) {
    const context = { concept: dog, language: 'ko' as const, others: all };
    const noisy = noisyText('mixed languages', '개', context, createRandom(seed));
    const words = noisy.split(/ [-/] | /);
    expect(words).toHaveLength(2);
    expect(words).toContain('개');
    for (const word of words) if (word !== '개') others.add(word);
  }
  expect([...others].sort()).toEqual(['cane', 'chien', 'dog', 'perro', 'собака', 'كلب', 'イヌ', '狗']);
});

test('a truncated text holds whole characters', () => {
  const context = { concept: dog, language: 'en' as const, others: all };
  for (let seed = 0; seed < 10; seed++) {
    const noisy = noisyText('truncated', '🐕🐈', context, createRandom(seed));
    expect(noisy).toBe('🐕');
  }
});
