import { beforeAll, describe, expect, test } from 'vitest';

import { sceneCaption } from '../../src/emojiworld/captions.js';
import { type Concept, everydayConcepts, loadConcepts } from '../../src/emojiworld/concepts.js';
import { createRandom } from '../../src/emojiworld/random.js';
import { makeScene } from '../../src/emojiworld/scene.js';
import { captionReader } from '../../src/eval/caption-facts.js';
import { judgeCaption } from '../../src/eval/caption-judgement.js';

const read = captionReader([
  'dog',
  'hot dog',
  'cat',
  'Christmas tree',
  'tree',
  'airplane',
  'small airplane',
  'A button (x)',
]);
const namesIn = (caption: string) => read(caption).names;
const saidIn = (caption: string) => read(caption).statements;

describe('names in a caption', () => {
  test.each([
    ['dog and cat', ['dog', 'cat']],
    ['a picture of hot dog', ['hot dog']],
    ['hot dog and dog', ['hot dog', 'dog']],
    ['christmas TREE', ['Christmas tree']],
    ['hotdog, dogs, concat, cat5', []],
    ['dog, cat', ['dog', 'cat']],
    ['dog dog', ['dog']],
    ['a button (x) above dog', ['A button (x)', 'dog']],
    ['{0} cat', ['cat']],
    ['', []],
  ] as const)('%j', (caption, names) => {
    expect(namesIn(caption)).toEqual(names);
  });

  test('a size before a name is a size, even where both together are a name', () => {
    expect(read('small airplane')).toEqual({
      names: ['airplane'],
      statements: [{ kind: 'size', a: 'airplane', size: 'small' }],
    });
  });
});

describe('what a caption states', () => {
  test.each([
    ['dog three times', [{ kind: 'count', a: 'dog', count: 3 }]],
    ['large dog', [{ kind: 'size', a: 'dog', size: 'large' }]],
    ['a drawing of dog at the top', [{ kind: 'place', a: 'dog', place: 'top' }]],
    [
      'small hot dog on the left',
      [
        { kind: 'size', a: 'hot dog', size: 'small' },
        { kind: 'place', a: 'hot dog', place: 'left' },
      ],
    ],
    [
      'dog on the left and cat on the right',
      [
        { kind: 'place', a: 'dog', place: 'left' },
        { kind: 'place', a: 'cat', place: 'right' },
      ],
    ],
    ['dog above cat', [{ kind: 'relation', a: 'dog', b: 'cat', relation: 'above' }]],
    ['cat  to the left\nof dog', [{ kind: 'relation', a: 'cat', b: 'dog', relation: 'left of' }]],
    ['dog and cat', []],
    ['wolf above cat', []],
    ['smallish dog', []],
  ] as const)('%j', (caption, statements) => {
    expect(saidIn(caption)).toEqual(statements);
  });
});

describe('the captions of the data', () => {
  let concepts: readonly Concept[];
  let reader: typeof read;
  beforeAll(async () => {
    const all = await loadConcepts();
    concepts = everydayConcepts(all);
    reader = captionReader(all.map(({ names }) => names.en));
  });

  test('are all right by their own scenes, and say something about most', () => {
    const random = createRandom(0, 'captions');
    let stated = 0;
    for (let seed = 0; seed < 400; seed++) {
      const scene = makeScene(seed, { concepts, styles: ['noto'] });
      const caption = sceneCaption(scene, 'en', random);
      const { names, count, arrangement } = judgeCaption(reader(caption), scene);
      expect([caption, names, count ?? true, arrangement ?? true]).toEqual([caption, true, true, true]);
      if (arrangement) stated++;
    }
    expect(stated).toBeGreaterThan(180); // single, and most of the pairs: of 400 about 216
  });
});
