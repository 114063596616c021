import { describe, expect, test } from 'vitest';

import { isDrawable } from '../../src/visual/glyphs.js';
import { fitted, fittedPath, textWidth } from '../../src/visual/lines-of-text.js';

describe('fitted', () => {
  test('what fits stays as it is', () => {
    expect(fitted('a dog', textWidth('a dog'))).toBe('a dog');
  });

  test('what does not ends in an ellipsis, within the width', () => {
    const text = 'a dog that runs along the beach at sunset';
    for (const width of [20, 50, 100]) {
      const short = fitted(text, width);
      expect(short).toMatch(/\S…$/);
      expect(text.startsWith(short.slice(0, -1))).toBe(true);
      expect(textWidth(short)).toBeLessThanOrEqual(width);
    }
  });

  test('no sign is cut in two, be it of several code points', () => {
    for (const sign of ['👩\u200d👩\u200d👧', 'e\u0301']) {
      const short = fitted(sign.repeat(9), textWidth(sign.repeat(3)));
      expect([sign.repeat(1), sign.repeat(2), sign.repeat(3)].map((signs) => `${signs}…`)).toContain(short);
    }
  });

  test('becomes one line that can do nothing to the others', () => {
    expect(fitted(' a\n\tb\u202e\u0000 c\ud800 ', 500)).toBe('a b c');
  });
});

test.each([
  ['dogs/a.png', 'dogs/a.png'],
  ['photos/of/dogs/a.png', '…/dogs/a.png'],
  ['photos/of/two/old/dogs/a.png', '…/dogs/a.png'],
  ['photos/a-very-long-name-of-a-dog.png', '…/a-very-long…'],
])('of the path %s the end tells most: %s', (path, shown) => {
  expect(fittedPath(path, 80)).toBe(shown);
});

test('a sign of East Asia takes twice the place of a letter', () => {
  expect(textWidth('猫')).toBeGreaterThan(1.5 * textWidth('a'));
});

describe('the small font', () => {
  test('has all of ASCII, and Latin letters with accents', () => {
    const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('');
    expect([ascii, 'cittá, Übergröße, “naïve” – ça'.replace('ß', 'ss')].map(isDrawable)).toEqual([
      true,
      true,
    ]);
  });

  test('and knows what it does not have', () => {
    expect(['猫', 'قطة', '🐕', 'ß'].map(isDrawable)).toEqual([false, false, false, false]);
  });
});
