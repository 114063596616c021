import { beforeAll, expect, test } from 'vitest';

import { sceneCaption, sceneCaptions } from '../../src/emojiworld/captions.js';
import {
  type Concept,
  everydayConcepts,
  type Language,
  languages,
  loadConcepts,
} from '../../src/emojiworld/concepts.js';
import type { Relation } from '../../src/emojiworld/layout.js';
import { type Phrases, phrases } from '../../src/emojiworld/phrases.js';
import { createRandom } from '../../src/emojiworld/random.js';
import { makeScene, type Scene } from '../../src/emojiworld/scene.js';
import { templates } from '../../src/emojiworld/texts.js';

const styles = ['twemoji'] as const;
let everyday: readonly Concept[];
beforeAll(async () => {
  everyday = everydayConcepts(await loadConcepts());
});

const sceneOf = (facts: Scene['facts'], ...ids: string[]): Scene => {
  const actors = ids.map((id) => ({
    concept: everyday.find((concept) => concept.id === id) as Concept, // everyday ones are asked for
    style: 'twemoji' as const,
    x: 0.5,
    y: 0.5,
    side: 0.4,
    rotation: 0,
  }));
  return { seed: 0, facts, actors, ground: { kind: 'plain', from: [0, 0, 0], to: [0, 0, 0] } };
};
const dogAndCat = (relation: Relation) => sceneOf({ kind: 'pair', relation }, '1f415', '1f408');

/** Every caption among 300, sorted, without those set into a sentence. */
const told = (scene: Scene, language: Language): string[] => {
  const captions = new Set(sceneCaptions(scene, language, 300, createRandom(1)));
  const inSentence = (caption: string) =>
    templates[language].slice(1).some((template) => {
      const [before = '', after = ''] = template.split('{}');
      return caption.startsWith(before) && caption.endsWith(after);
    });
  return [...captions].filter((caption) => !inSentence(caption)).sort();
};

test('every phrase of every language has its places, and says something else than the others', () => {
  for (const language of languages) {
    const { places, sizes, counts, relations, comma, and } = phrases[language];
    expect(Object.keys(places)).toEqual(['left', 'right', 'top', 'bottom', 'middle']);
    expect(Object.keys(sizes)).toEqual(['small', 'large']);
    expect(Object.keys(relations)).toEqual(['left of', 'right of', 'above', 'below']);
    const ofOne = [...Object.values(places), ...Object.values(sizes), ...counts];
    for (const phrase of ofOne) expect(phrase.split('{}'), phrase).toHaveLength(2);
    for (const phrase of Object.values(relations)) {
      expect(phrase.match(/\{[ab]\}/g)?.sort(), phrase).toEqual(['{a}', '{b}']);
    }
    const every = [...ofOne, ...Object.values(relations)];
    expect(new Set(every).size).toBe(every.length);
    expect(every.join()).not.toMatch(/\s\s|^\s|\s$/);
    expect([comma.trim(), and.trim()]).not.toContain('');
  }
});

/** In each language the words of left, right, above and below, to which a relation must come down. */
const sides: Readonly<Record<Language, readonly [left: RegExp, right: RegExp, top: RegExp, bottom: RegExp]>> =
  {
    en: [/left/, /right/, /above/, /below/],
    zh: [/左/, /右/, /上/, /下/],
    ja: [/左/, /右/, /上/, /下/],
    ar: [/يسار/, /يمين/, /فوق/, /تحت/],
    it: [/sinistra/, /destra/, /sopra/, /sotto/],
    es: [/izquierda/, /derecha/, /encima/, /debajo/],
    fr: [/gauche/, /droite/, /au-dessus/, /au-dessous/],
    ko: [/왼쪽/, /오른쪽/, /위/, /아래/],
    ru: [/слева/, /справа/, /\{a\} сверху/, /\{a\} снизу/],
  };
/** Languages that say "A, on the right B" for "A to the left of B": the word tells where B is. */
const tellOfSecond: readonly Language[] = ['it', 'fr', 'ru'];

test('relations are told with the word of their own side, in every language', () => {
  for (const language of languages) {
    const [left, right, top, bottom] = sides[language];
    const { relations }: Phrases = phrases[language];
    const second = tellOfSecond.includes(language);
    expect(relations['left of']).toMatch(second ? right : left);
    expect(relations['left of']).not.toMatch(second ? left : right);
    expect(relations['right of']).toMatch(second ? left : right);
    expect(relations['right of']).not.toMatch(second ? right : left);
    expect(relations.above).toMatch(top);
    expect(relations.below).toMatch(bottom);
  }
});

test('a pair is told as it stands: directly, the other way round, or by both places', () => {
  expect(told(dogAndCat('left of'), 'en')).toEqual([
    'cat to the right of dog',
    'dog and cat',
    'dog on the left and cat on the right',
    'dog to the left of cat',
  ]);
  expect(told(dogAndCat('below'), 'en')).toEqual([
    'cat above dog',
    'dog and cat',
    'dog at the bottom and cat at the top',
    'dog below cat',
  ]);
});

test.each<[Language, string, string]>([
  ['zh', '狗在猫的左边', '猫在狗的右边'],
  ['ja', 'ネコの左にイヌ', 'イヌの右にネコ'],
  ['ar', 'كلب على يسار قطة', 'قطة على يمين كلب'],
  ['it', 'cane, a destra gatto', 'gatto, a sinistra cane'],
  ['es', 'perro a la izquierda de gato', 'gato a la derecha de perro'],
  ['fr', 'chien, à droite chat', 'chat, à gauche chien'],
  ['ko', '고양이 왼쪽에 개', '개 오른쪽에 고양이'],
  ['ru', 'собака, справа кошка', 'кошка, слева собака'],
])('a dog to the left of a cat in %s: %s, or inverted: %s', (language, direct, inverted) => {
  const captions = told(dogAndCat('left of'), language);
  expect(captions).toContain(direct);
  expect(captions).toContain(inverted);
  const opposite = told(dogAndCat('right of'), language);
  expect(opposite).not.toContain(direct);
  expect(opposite).not.toContain(inverted);
});

test('sizes, places, counts and groups have their words', () => {
  const single = sceneOf({ kind: 'single', size: 'small', place: 'left' }, '1f415');
  expect(told(single, 'en')).toEqual(['dog on the left', 'small dog', 'small dog on the left']);
  const three = sceneOf({ kind: 'count', count: 3 }, '1f415', '1f415', '1f415');
  expect(languages.map((language) => told(three, language)[0])).toEqual([
    'dog three times',
    '三个狗',
    '3つのイヌ',
    'ثلاث صور: كلب',
    'tre immagini: cane',
    'perro tres veces',
    'chien trois fois',
    '개 셋',
    'собака три раза',
  ]);
  const group = sceneOf({ kind: 'group' }, '1f415', '1f408', '1f697');
  expect(told(group, 'en')).toEqual(['dog, cat and car']);
  expect(told(group, 'zh')).toEqual(['狗、猫和汽车']);
});

test('captions name the actors in all nine languages and leave no placeholder', () => {
  for (let seed = 0; seed < 100; seed++) {
    const scene = makeScene(seed, { concepts: everyday, styles });
    for (const language of languages) {
      const caption = sceneCaption(scene, language, createRandom(seed));
      for (const { concept } of scene.actors) expect(caption).toContain(concept.names[language]);
      expect(caption).not.toMatch(/[{}]/);
    }
  }
});

test('five captions of a scene are five different ones', () => {
  for (let seed = 0; seed < 100; seed++) {
    const scene = makeScene(seed, { concepts: everyday, styles });
    for (const language of languages) {
      const captions = sceneCaptions(scene, language, 5, createRandom(seed));
      expect(captions).toHaveLength(5);
      expect(new Set(captions).size, captions.join('; ')).toBe(5);
    }
  }
});

test('where there are fewer captions than asked for, they come again in turn', () => {
  const group = sceneOf({ kind: 'group' }, '1f415', '1f408', '1f697');
  const captions = sceneCaptions(group, 'en', 12, createRandom(1));
  expect(new Set(captions).size).toBe(6); // alone and in five sentences
  expect(captions.slice(6)).toEqual(captions.slice(0, 6));
});
