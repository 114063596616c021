import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { generate } from '../../src/generative/generate.js';
import { hypothesis } from '../../src/generative/hypothesis.js';
import { logSumExp } from '../../src/generative/log-softmax.js';
import { hashTable, probabilityTable, type Table, toyDecoder } from './toy-decoder.js';

const eosTokenId = 0;

/** Every text that can be generated, best first. */
function allHypotheses(table: Table, maxNewTokens: number, minNewTokens: number, lengthPenalty: number) {
  const all: ReturnType<typeof hypothesis>[] = [];
  const visit = (ids: number[], sum: number): void => {
    if (ids.length === maxNewTokens) {
      all.push(hypothesis(ids, sum, false, lengthPenalty));
      return;
    }
    const logits = Float32Array.from(table([7, ...ids]));
    for (const [token, logit] of logits.entries()) {
      const next = sum + logit - logSumExp(logits);
      if (token !== eosTokenId) visit([...ids, token], next);
      else if (ids.length >= minNewTokens) all.push(hypothesis(ids, next, true, lengthPenalty));
    }
  };
  visit([], 0);
  return all.sort((a, b) => b.score - a.score);
}

test('as wide as there are texts, the search finds and orders all of them', async () => {
  const cases = fc.record({
    range: fc.constantFrom(0.5, 3, 20),
    maxNewTokens: fc.integer({ min: 1, max: 4 }),
    minShare: fc.constantFrom(0, 0.5),
    lengthPenalty: fc.constantFrom(-1, 0, 0.6, 1, 2),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ range, maxNewTokens, minShare, lengthPenalty }) => {
      const table = hashTable(3, range);
      const minNewTokens = Math.floor(minShare * maxNewTokens);
      const expected = allHypotheses(table, maxNewTokens, minNewTokens, lengthPenalty);
      const numBeams = expected.length;
      const lengths = { maxNewTokens, minNewTokens, lengthPenalty };
      const beams = { numBeams, numReturnSequences: numBeams, eosTokenId };
      const [found] = await generate(toyDecoder([7], table), { ...lengths, ...beams });
      expect(found?.map(({ ids }) => ids)).toEqual(expected.map(({ ids }) => ids));
      for (const [i, { score, endedByEos }] of expected.entries()) {
        expect(found?.[i]?.score).toBeCloseTo(score, 10);
        expect(found?.[i]?.endedByEos).toBe(endedByEos);
      }
    }),
  );
});

// Tokens: 0 ends a text, 1 and 2 are words. After `1` the end is nearly certain; `2 1` ends late, but well.
const lateEnding = probabilityTable(
  {
    '': [0.3, 0.6, 0.1],
    '1': [0.9, 0.05, 0.05],
    '2': [0.1, 0.45, 0.45],
    '2 1': [0.95, 0.025, 0.025],
  },
  [0.1, 0.45, 0.45],
);

describe('the end of a search', () => {
  const beams = { numBeams: 2, numReturnSequences: 2, eosTokenId };

  test('compares with the best of all candidates, also one that has just ended', async () => {
    // After two tokens there are "" (ln .3) and "1" (ln .54 / 2). No text that goes on is better than ln .3, but
    // "1" itself is: the search goes on, and finds "2 1".
    const decoder = toyDecoder([7], lateEnding);
    const [found = []] = await generate(decoder, { ...beams, maxNewTokens: 9 });
    expect(found.map(({ ids }) => ids)).toEqual([[1], [2, 1]]);
    expect(found[0]?.score).toBeCloseTo(Math.log(0.6 * 0.9) / 2, 6);
    expect(found[1]?.score).toBeCloseTo(Math.log(0.1 * 0.45 * 0.95) / 3, 6);
    expect(decoder.rowsRead).toEqual([1, 2, 2]);
  });

  test('comes with early stopping as soon as there are enough texts', async () => {
    const decoder = toyDecoder([7], lateEnding);
    const [found = []] = await generate(decoder, { ...beams, maxNewTokens: 9, earlyStopping: true });
    expect(found.map(({ ids }) => ids)).toEqual([[1], []]);
    expect(found[1]?.score).toBeCloseTo(Math.log(0.3), 6);
    expect(decoder.rowsRead).toEqual([1, 2]);
  });

  test('at the last token makes hypotheses of the unfinished beams, by the length they have', async () => {
    const [found = []] = await generate(toyDecoder([7], lateEnding), { ...beams, maxNewTokens: 1 });
    expect(found).toEqual([
      { ids: [1], score: expect.closeTo(Math.log(0.6), 6), endedByEos: false },
      { ids: [], score: expect.closeTo(Math.log(0.3), 6), endedByEos: true },
    ]);
  });
});

test('an end that is not among the first candidates is dropped', async () => {
  const table = probabilityTable({ '': [0.2, 0.35, 0.45] }, [0.02, 0.49, 0.49]);
  const options = { numBeams: 2, numReturnSequences: 2, eosTokenId, maxNewTokens: 2 };
  const [found = []] = await generate(toyDecoder([7], table), options);
  expect(found.map(({ ids }) => ids.length)).toEqual([2, 2]); // not "", which would be the best but one
  expect(found.map(({ ids }) => ids)).not.toContainEqual([]);
});

test('the length penalty chooses between short and long texts', async () => {
  const table = probabilityTable({ '': [0.4, 0.35, 0.25], '1': [0.9, 0.05, 0.05] }, [0.3, 0.4, 0.3]);
  const best = async (lengthPenalty: number) => {
    const [found] = await generate(toyDecoder([7], table), {
      ...{ numBeams: 3, eosTokenId, maxNewTokens: 2, lengthPenalty },
    });
    return found?.[0];
  };
  // ln .4 = −.916 with one token; ln(.35 · .9) = −1.155 with two, each divided by length^penalty
  expect((await best(0))?.ids).toEqual([]);
  expect(await best(1)).toMatchObject({ ids: [1], score: expect.closeTo(Math.log(0.35 * 0.9) / 2, 6) });
  expect((await best(0.25))?.ids).toEqual([]); // −1.155 / 2^.25 = −.971
});

test('before the fewest tokens the end has no probability, and the others gain none', async () => {
  const table = probabilityTable({}, [0.8, 0.15, 0.05]);
  const options = { numBeams: 2, eosTokenId, minNewTokens: 2, maxNewTokens: 5 };
  const [found] = await generate(toyDecoder([7], table), options);
  const score = expect.closeTo(Math.log(0.15 * 0.15 * 0.8) / 3, 6);
  expect(found).toEqual([{ ids: [1, 1], score, endedByEos: true }]);
});

test('of equal continuations the earlier beam and the lower token come first', async () => {
  const table = probabilityTable({}, [0, 0.25, 0.25, 0.25, 0.25]);
  const options = { numBeams: 3, numReturnSequences: 3, eosTokenId, maxNewTokens: 2 };
  const [found] = await generate(toyDecoder([7], table), options);
  // Of equal scores, the hypothesis that came later is given first.
  expect(found?.map(({ ids }) => ids)).toEqual([
    [1, 3],
    [1, 2],
    [1, 1],
  ]);
});

test('without a token that ends texts, all have the full length', async () => {
  const options = { numBeams: 3, numReturnSequences: 3, maxNewTokens: 6 };
  const samples = await generate(toyDecoder([1, 2], hashTable(8)), options);
  expect(samples.flat().map(({ ids, endedByEos }) => [ids.length, endedByEos])).toEqual(
    Array.from({ length: 6 }, () => [6, false]),
  );
});

test('a sample alone gives what it gives in a batch, and leaves the batch when it is done', async () => {
  const table = hashTable(6, 4);
  const prompts = [1, 2, 3, 4, 5];
  const options = { numBeams: 3, numReturnSequences: 2, eosTokenId, maxNewTokens: 12 };
  const batch = toyDecoder(prompts, table);
  const together = await generate(batch, options);
  const alone = await Promise.all(prompts.map((prompt) => generate(toyDecoder([prompt], table), options)));
  expect(together).toEqual(alone.flat());
  expect(batch.rowsRead.slice(0, 2)).toEqual([5, 15]);
  expect(batch.rowsRead.at(-1)).toBeLessThan(15);
  expect(batch.rowsRead.every((rows, i, all) => i < 2 || rows <= (all[i - 1] ?? 0))).toBe(true);
  expect(batch.alive.size).toBe(0);
});
