import { describe, expect, test } from 'vitest';

import type { Concept } from '../../src/emojiworld/concepts.js';
import type { Facts } from '../../src/emojiworld/layout.js';
import type { Scene } from '../../src/emojiworld/scene.js';
import { captionReader } from '../../src/eval/caption-facts.js';
import { judgeCaption } from '../../src/eval/caption-judgement.js';

const read = captionReader(['dog', 'cat', 'hot dog']);

function scene(facts: Facts, ...names: string[]): Scene {
  const actors = names.map((en) => {
    const concept = { id: en, names: { en } } as Concept; // a judge reads nothing else of it
    return { concept, style: 'noto', x: 0, y: 0, side: 1, rotation: 0 } as const;
  });
  const ground = { kind: 'plain', from: [0, 0, 0], to: [0, 0, 0] } as const;
  return { seed: 0, facts, actors, ground };
}

const single = scene({ kind: 'single', size: 'small', place: 'top' }, 'dog');
const three = scene({ kind: 'count', count: 3 }, 'dog', 'dog', 'dog');
const pair = scene({ kind: 'pair', relation: 'left of' }, 'dog', 'cat');
const judge = (caption: string, of: Scene) => judgeCaption(read(caption), of);

describe('names', () => {
  test.each([
    ['dog and cat', pair, true],
    ['cat to the left of dog', pair, true], // wrong, but not in its names
    ['dog', pair, false],
    ['dog, cat and hot dog', pair, false],
    ['hot dog', single, false],
    ['dog three times', three, true],
    ['', single, false],
  ])('%j', (caption, of, expected) => {
    expect(judge(caption, of).names).toBe(expected);
  });
});

describe('counts', () => {
  test.each([
    ['dog three times', three, true],
    ['dog two times', three, false],
    ['cat three times', three, false],
    ['dog three times and dog two times', three, false],
    ['dog', three, false],
    ['dog', single, undefined],
    ['dog two times', single, undefined],
  ])('%j', (caption, of, expected) => {
    expect(judge(caption, of).count).toBe(expected);
  });
});

describe('sizes, places and relations', () => {
  test.each([
    ['small dog at the top', single, true],
    ['large dog at the top', single, false],
    ['small dog in the middle', single, false],
    ['small cat', single, false],
    ['dog', single, undefined],
    ['dog to the left of cat', pair, true],
    ['cat to the right of dog', pair, true],
    ['cat to the left of dog', pair, false],
    ['dog above cat', pair, false],
    ['dog on the left and cat on the right', pair, true],
    ['cat on the left and dog on the right', pair, false],
    ['hot dog to the left of cat', pair, false],
    ['small dog', pair, false],
    ['dog on the left', three, false],
    ['dog and cat', pair, undefined],
  ])('%j', (caption, of, expected) => {
    expect(judge(caption, of).arrangement).toBe(expected);
  });
});
