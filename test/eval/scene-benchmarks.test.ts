import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { everydayConcepts, loadConcepts } from '../../src/emojiworld/concepts.js';
import { isNovelConcept, sceneSplit } from '../../src/emojiworld/splits.js';
import { captionRows } from '../../src/eval/caption-benchmark.js';
import type { BenchmarkMode, BenchmarkModel, BenchmarkRow } from '../../src/eval/emojiworld-benchmark.js';
import { retrievalRows } from '../../src/eval/retrieval-benchmark.js';
import { captionsOf, drawScenes, testScenes } from '../../src/eval/test-scenes.js';
import { embeddingsOf } from '../../src/tasks/embeddings.js';
import { temporaryFolder } from '../package/tiny-model.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const SCENES = 6;
const options = { size: 16, samples: SCENES, cacheFolder: folder.path };

/** Row i points along axis `axisOf(i)`. */
const along = (count: number, axisOf: (row: number) => number) => {
  const raw = new Float32Array(count * SCENES);
  for (let i = 0; i < count; i++) raw[i * SCENES + (axisOf(i) % SCENES)] = 1;
  return embeddingsOf(raw, SCENES);
};

/** Knows the order in which it is asked: InternVL-C confuses each picture with the next, InternVL-G none. */
const model: BenchmarkModel = {
  modes: ['InternVL-C', 'InternVL-G'],
  encodeText: async (texts) => along(texts.length, (text) => Math.floor((text * SCENES) / texts.length)),
  encodeImage: async (pictures, { mode }) =>
    along(pictures.length, (picture) => (mode === 'InternVL-G' ? picture : picture + 1)),
  caption: async () => [],
};

async function collected(rows: AsyncGenerator<BenchmarkRow>): Promise<Map<string, BenchmarkRow>> {
  const byName = new Map<string, BenchmarkRow>();
  for await (const row of rows) byName.set(row.name, row);
  return byName;
}

describe('test scenes', () => {
  test('are of the test split, and their captions of each language are different and always the same', async () => {
    const scenes = testScenes(4, everydayConcepts(await loadConcepts()));
    expect(scenes.map(({ seed }) => sceneSplit(seed))).toEqual(Array(4).fill('test'));
    const captions = captionsOf(scenes, 'zh', 5);
    expect(captions).toHaveLength(20);
    expect(captionsOf(scenes, 'zh', 5)).toEqual(captions);
    expect(captionsOf(scenes, 'en', 5)).not.toEqual(captions);
    for (let i = 0; i < 20; i += 5) expect(new Set(captions.slice(i, i + 5)).size).toBeGreaterThan(1);
  });

  test('are pictures of the size asked for', async () => {
    const scenes = testScenes(2, everydayConcepts(await loadConcepts()));
    const pictures = await drawScenes(scenes, options);
    expect(pictures.map(({ data }) => data.length)).toEqual([16 * 16 * 3, 16 * 16 * 3]);
    expect(Buffer.compare(pictures[0]?.data ?? Buffer.of(), pictures[1]?.data ?? Buffer.of())).not.toBe(0);
  });
});

describe('retrieval of scenes', () => {
  let rows: ReadonlyMap<string, BenchmarkRow>;
  beforeAll(async () => {
    rows = await collected(retrievalRows(model, options));
  });
  const row = (name: string) => rows.get(name) ?? expect.unreachable(`no row ${name}`);

  test('is of five captions a scene, English and Chinese, by both models', () => {
    expect(row('scenes, InternVL-G, en: text to image R@1')).toMatchObject({ value: 1, n: 30, goal: 0.6 });
    expect(row('scenes, InternVL-G, zh: image to text R@1')).toMatchObject({ value: 1, n: 6, goal: null });
    expect(row('scenes, InternVL-C, en: text to image R@1').value).toBe(0);
    expect(row('scenes, InternVL-C, en: text to image R@10').value).toBe(1); // of six
    expect(row('scenes, InternVL-C, zh: image to text R@5').value).toBe(0); // five of another scene come first
  });

  test('tells what InternVL-G is better by', () => {
    const gain = { value: 1, goal: 0.03 };
    expect(row('scenes, InternVL-G minus InternVL-C, en: text to image R@1')).toMatchObject({
      ...gain,
      n: 30,
    });
    expect(row('scenes, InternVL-G minus InternVL-C, en: image to text R@1')).toMatchObject({
      ...gain,
      n: 6,
    });
  });

  test('has one caption in each of eight languages, and their mean', () => {
    const names = [...rows.keys()].filter((name) => name.startsWith('scenes in eight languages, InternVL-C'));
    expect(names.map((name) => name.match(/, (\w+): image to text R@10$/)?.[1])).toEqual([
      'en',
      'es',
      'fr',
      'zh',
      'it',
      'ko',
      'ru',
      'ja',
      'mean',
    ]);
    expect(row('scenes in eight languages, InternVL-C, mean: image to text R@10').n).toBe(48);
  });

  test('leaves InternVL-G out where the model lacks it, says so, and keeps to the mode asked for', async () => {
    const notes: string[] = [];
    const small: BenchmarkModel = { ...model, modes: ['InternVL-C'] };
    const alone = await collected(retrievalRows(small, { ...options, onNote: (line) => notes.push(line) }));
    expect([...alone.keys()].filter((name) => name.includes('InternVL-G'))).toEqual([]);
    expect(notes).toEqual(['retrieval of InternVL-G is left out: the model has weights of InternVL-C alone']);
    const asked: BenchmarkMode = 'InternVL-G';
    const one = await collected(retrievalRows(model, { ...options, mode: asked }));
    expect([...one.keys()].filter((name) => name.includes('InternVL-C'))).toEqual([]);
  });
});

describe('captions of scenes', () => {
  test('that tell the truth are all right, of known and of novel concepts', async () => {
    const everyday = everydayConcepts(await loadConcepts());
    const truth = [false, true].map((novel) => {
      const concepts = everyday.filter(({ id }) => isNovelConcept(id) === novel);
      const short = testScenes(2 * SCENES, concepts).filter(({ facts }) => facts.kind !== 'group');
      return captionsOf(short.slice(0, SCENES), 'en', 1);
    });
    const writer: BenchmarkModel = {
      ...model,
      caption: async (pictures) => (truth.shift() ?? []).slice(0, pictures.length).map((text) => ({ text })),
    };
    const rows = [...(await collected(captionRows(writer, options))).values()];
    expect(rows.filter(({ name }) => name.endsWith('every actor named'))).toMatchObject([
      { name: 'captions, in-domain: every actor named', value: 1, n: SCENES, goal: 0.8 },
      { name: 'captions, novel concepts: every actor named', value: 1, n: SCENES, goal: null },
    ]);
    expect(rows.length).toBeGreaterThan(4);
    expect(rows.map(({ value }) => value)).toEqual(rows.map(() => 1));
  });

  test('are wrong when they say nothing; what was never stated has no row, and a remark', async () => {
    const notes: string[] = [];
    const silent: BenchmarkModel = { ...model, caption: async (all) => all.map(() => ({ text: '' })) };
    const rows = await collected(captionRows(silent, { ...options, onNote: (line) => notes.push(line) }));
    expect([...rows.values()].map(({ value }) => value)).toEqual([...rows.values()].map(() => 0));
    expect(notes).toContain(
      'captions, in-domain: right place, size or relation where stated: left out, of 6 captions it concerns none',
    );
  });
});
