import { beforeAll, expect, test } from 'vitest';

import { sceneCaption } from '../../src/emojiworld/captions.js';
import { composeScene, indexIcons } from '../../src/emojiworld/compose.js';
import { type Concept, everydayConcepts, loadConcepts } from '../../src/emojiworld/concepts.js';
import { type Icon, loadIcons } from '../../src/emojiworld/icons.js';
import { createRandom } from '../../src/emojiworld/random.js';
import { makeScene } from '../../src/emojiworld/scene.js';
import { isNovelConcept } from '../../src/emojiworld/splits.js';
import { centreOfMass } from './masks.js';

const styles = ['twemoji'] as const;
let concepts: readonly Concept[];
let icons: readonly Icon[];
beforeAll(async () => {
  const everyday = everydayConcepts(await loadConcepts());
  concepts = everyday.filter(({ id }) => !isNovelConcept(id)).slice(0, 8);
  icons = await loadIcons(concepts, styles, 64);
});

test('a seed gives one scene, one picture and one caption', () => {
  for (let seed = 0; seed < 20; seed++) {
    const scene = makeScene(seed, { concepts, styles });
    expect(makeScene(seed, { concepts, styles })).toEqual(scene);
    const picture = () => {
      const { rgb, masks } = composeScene(scene, indexIcons(icons), 32);
      return Buffer.concat([rgb, ...masks]);
    };
    expect(Buffer.compare(picture(), picture())).toBe(0);
    const caption = () => sceneCaption(scene, 'en', createRandom(seed, 'captions'));
    expect(caption()).toBe(caption());
  }
});

test('all kinds of scenes come up, with one to four actors that match what is said of them', () => {
  const kinds = new Set<string>();
  for (let seed = 0; seed < 100; seed++) {
    const { facts, actors } = makeScene(seed, { concepts, styles });
    kinds.add(facts.kind);
    const cast = new Set(actors.map(({ concept }) => concept.id)).size;
    const [first, second] = actors;
    if (facts.kind === 'single') expect(actors).toHaveLength(1);
    if (facts.kind === 'count') expect([actors.length, cast]).toEqual([facts.count, 1]);
    if (facts.kind === 'group') expect([3, 4]).toContain(cast);
    if (facts.kind === 'pair') {
      expect(cast).toBe(2);
      const dx = (first?.x ?? 0) - (second?.x ?? 0);
      const dy = (first?.y ?? 0) - (second?.y ?? 0);
      const holds = { 'left of': dx < -0.3, 'right of': dx > 0.3, above: dy < -0.3, below: dy > 0.3 };
      expect(holds[facts.relation]).toBe(true);
    }
  }
  expect([...kinds].sort()).toEqual(['count', 'group', 'pair', 'single']);
});

test('each mask lies where its actor stands, and masks share no pixel fully', () => {
  for (let seed = 0; seed < 30; seed++) {
    const scene = makeScene(seed, { concepts, styles });
    const { rgb, masks } = composeScene(scene, indexIcons(icons), 64);
    expect(rgb).toHaveLength(64 * 64 * 3);
    expect(masks).toHaveLength(scene.actors.length);
    scene.actors.forEach(({ x, y, side }, i) => {
      const [cx, cy, area] = centreOfMass(masks[i] ?? new Uint8Array(), 64);
      expect(Math.hypot(cx - x, cy - y)).toBeLessThan(side / 3);
      expect(area).toBeLessThan(side * side);
      expect(area).toBeGreaterThan(side * side * 0.1);
    });
    const covered = Array.from({ length: 64 * 64 }, (_, p) =>
      masks.reduce((sum, mask) => sum + (mask[p] ?? 0), 0),
    );
    expect(Math.max(...covered)).toBeLessThanOrEqual(257); // 255 and roundings
  }
});

test('a concept that a style does not draw comes from another style, or is an error', () => {
  const scene = makeScene(1, { concepts, styles: ['noto'] });
  expect(composeScene(scene, indexIcons(icons), 16, styles).masks.length).toBe(scene.actors.length);
  expect(() => composeScene(scene, indexIcons(icons), 16)).toThrow(
    /expected an icon of .* in noto, but none is loaded/,
  );
});

test('too few concepts are refused', () => {
  expect(() => makeScene(0, { concepts: concepts.slice(0, 3), styles })).toThrow('at least 4 concepts');
});
