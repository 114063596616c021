import { describe, expect, test } from 'vitest';

import type { Icon } from '../../src/emojiworld/icons.js';
import { pictureSets } from '../../src/eval/picture-sets.js';

/** A square, red on one side and blue on the other: of the same mean colour, so on the same ground, whichever side. */
function square(redOnTheLeft: boolean): Icon {
  const size = 64;
  const rgba = new Uint8Array(size * size * 4);
  for (let i = 0; i < size * size; i++) {
    const red = i % size < size / 2 === redOnTheLeft;
    rgba.set([red ? 200 : 0, 0, red ? 0 : 200, 255], 4 * i);
  }
  return { concept: 'square', style: 'noto', size, rgba };
}

const SIZE = 96;

/** The longer side of what the icon covers, as a share of the picture: where its two colourings differ. */
function extent(name: string): number {
  const set = pictureSets.find((each) => each.name === name);
  if (!set) throw new Error(`expected a set named ${name}`);
  const [one, other] = [set.render(square(true), SIZE), set.render(square(false), SIZE)];
  expect([one.length, other.length]).toEqual([SIZE * SIZE * 3, SIZE * SIZE * 3]);
  const changed = [...Array(SIZE * SIZE).keys()].filter((i) => one[3 * i] !== other[3 * i]);
  const across = changed.map((i) => i % SIZE);
  const down = changed.map((i) => Math.floor(i / SIZE));
  const span = (places: readonly number[]) => Math.max(...places) - Math.min(...places) + 1;
  return Math.max(span(across), span(down)) / SIZE;
}

describe('the pictures of single icons', () => {
  test('fill the picture, or are as small as the actors of scenes', () => {
    expect(extent('training styles, clean')).toBe(1);
    expect(extent('training styles, held-out augmentation')).toBeGreaterThan(0.7);
    const turned = Math.cos(Math.PI / 18) + Math.sin(Math.PI / 18); // a square at most 10 degrees round
    const small = extent('training styles, as small as in scenes');
    expect(small).toBeGreaterThan(0.35);
    expect(small).toBeLessThan(0.42 * turned + 2 / SIZE); // and a dot that is partly covered on either side
  });

  test('are of styles that training draws, or of one that it never does', () => {
    for (const { name, styles } of pictureSets) {
      expect(styles.length > 1 || name === `${styles[0]} (never seen)`, name).toBe(true);
    }
  });
});
