import { describe, expect, test } from 'vitest';

import { type Embeddings, embeddingsOf } from '../../src/tasks/embeddings.js';
import { labelEmbeddings, predict } from '../../src/tasks/zero-shot.js';

/** An encoder that looks its sentences up. */
function lookup(table: Record<string, number[]>): (texts: readonly string[]) => Promise<Embeddings> {
  return async (texts) =>
    embeddingsOf(Float32Array.from(texts.flatMap((text) => table[text] ?? [Number.NaN])), 3);
}

describe('labelEmbeddings', () => {
  test('averages unit vectors, then makes the mean unit', async () => {
    const embed = lookup({ 'a x': [3, 4, 0], 'the x': [1, 0, 0], 'a y': [0, 0, 2], 'the y': [0, 3, 4] });
    const { data } = await labelEmbeddings(embed, ['x', 'y'], ['a {c}', 'the {c}']);
    expect(data[0]).toBeCloseTo(0.894427, 6);
    expect(data[1]).toBeCloseTo(0.447214, 6);
    expect(data[4]).toBeCloseTo(0.3 / Math.hypot(0.3, 0.9), 6);
  });

  test('a template that stands twice counts twice', async () => {
    const embed = lookup({ x: [1, 0, 0], 'a x': [0, 1, 0] });
    const { data } = await labelEmbeddings(embed, ['x'], ['{c}', 'a {c}', 'a {c}']);
    expect(data[1]).toBeCloseTo(2 / Math.sqrt(5), 6);
  });

  test('says what is wrong with labels and templates', async () => {
    const embed = lookup({});
    await expect(labelEmbeddings(embed, [], ['{c}'])).rejects.toThrow(
      'expected at least one label, got none',
    );
    await expect(labelEmbeddings(embed, ['a', ' '], ['{c}'])).rejects.toThrow('label 2: expected text');
    await expect(labelEmbeddings(embed, ['a'], ['a photo'])).rejects.toThrow(
      "template 'a photo': expected {c}",
    );
    await expect(labelEmbeddings(embed, ['a'], [])).rejects.toThrow(
      'expected at least one template, got none',
    );
  });
});

describe('predict', () => {
  const pictures = embeddingsOf(Float32Array.of(1, 2, 2, 4, 0, 3, 0, 0, -7), 3);
  const classifier = embeddingsOf(Float32Array.of(0.894427, 0.447214, 0, 0, 0.664364, 0.747409), 3);

  test('gives cosines, logits and probabilities, best first', async () => {
    const lists = await predict(pictures, ['x', 'y'], classifier, { logitScale: 100 });
    expect(lists.map((list) => list[0]?.label)).toEqual(['y', 'x', 'x']);
    expect(lists[0]?.[0]?.logit).toBeCloseTo(94.118211, 3);
    expect(lists[0]?.[1]?.logit).toBeCloseTo(59.628479, 3);
    expect(lists[2]?.[1]?.cosine).toBeCloseTo(-0.747409, 5);
    for (const list of lists) expect(list.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(1, 9);
  });

  test('top keeps the best and leaves their probabilities as they were', async () => {
    const all = await predict(pictures, ['x', 'y'], classifier, { logitScale: 5 });
    const best = await predict(pictures, ['x', 'y'], classifier, { logitScale: 5, top: 1 });
    expect(best).toEqual(all.map((list) => list.slice(0, 1)));
  });

  test('a scale changes scores, never the order', async () => {
    const order = async (logitScale: number): Promise<string[][]> =>
      (await predict(pictures, ['x', 'y'], classifier, { logitScale })).map((list) =>
        list.map(({ label }) => label),
      );
    expect(await order(1)).toEqual(await order(1000));
  });

  test('keeps no tensor', async () => {
    await expect(() => predict(pictures, ['x', 'y'], classifier, { logitScale: 1 })).toKeepAsync(0);
  });
});
