import { beforeAll, describe, expect, test } from 'vitest';

import { sceneCaptions, type ToldScene } from '../../src/emojiworld/captions.js';
import { type Concept, everydayConcepts, languages, loadConcepts } from '../../src/emojiworld/concepts.js';
import { nearMiss, nearMissCaption } from '../../src/emojiworld/near-miss.js';
import { createRandom } from '../../src/emojiworld/random.js';
import { makeScene } from '../../src/emojiworld/scene.js';

let everyday: readonly Concept[];
beforeAll(async () => {
  everyday = everydayConcepts(await loadConcepts());
});

const scenes = (count: number): ToldScene[] =>
  Array.from({ length: count }, (_, seed) => makeScene(seed, { concepts: everyday, styles: ['twemoji'] }));
const idsOf = ({ actors }: ToldScene) => actors.map(({ concept }) => concept.id);

test('a near miss has other facts with the same actors, or one other actor', () => {
  const random = createRandom(3);
  const changes = new Set<string>();
  for (const scene of scenes(200)) {
    const other = nearMiss(scene, everyday, random);
    expect(other.facts.kind).toBe(scene.facts.kind);
    const newcomers = idsOf(other).filter((id) => !idsOf(scene).includes(id));
    if (newcomers.length === 0) expect(other.facts).not.toEqual(scene.facts);
    else expect([newcomers.length, other.facts]).toEqual([1, scene.facts]);
    changes.add(`${scene.facts.kind} ${newcomers.length === 0 ? 'arranged' : 'replaced'}`);
  }
  expect([...changes].sort()).toEqual([
    'count arranged',
    'group replaced',
    'pair arranged',
    'single arranged',
    'single replaced',
  ]);
});

describe('its caption', () => {
  test.each(languages)('is none of the scene itself: %s', (language) => {
    const random = createRandom(5);
    for (const scene of scenes(60)) {
      const wrong = nearMissCaption(scene, language, everyday, random);
      expect(sceneCaptions(scene, language, 60, random)).not.toContain(wrong);
    }
  });

  test('follows from the state of random', () => {
    const [scene] = scenes(1) as [ToldScene];
    const told = () => nearMissCaption(scene, 'en', everyday, createRandom(7));
    expect(told()).toBe(told());
  });
});
