import { describe, expect, test } from 'vitest';

import { generationSettings } from '../../src/generative/generation-options.js';

test('what is left out has its default', () => {
  expect(generationSettings({ maxNewTokens: 20 })).toEqual({
    maxNewTokens: 20,
    minNewTokens: 0,
    numBeams: 1,
    lengthPenalty: 1,
    earlyStopping: false,
    numReturnSequences: 1,
    sampling: undefined,
    eosTokenId: -1,
    signal: undefined,
  });
  expect(generationSettings({ maxNewTokens: 20, doSample: true }).sampling).toEqual({
    temperature: 1,
    topK: Number.POSITIVE_INFINITY,
    topP: 1,
    seed: 0,
  });
});

describe('numbers out of their range are refused', () => {
  test.each([
    [{ maxNewTokens: 0 }, 'maxNewTokens: expected an integer of at least 1, got 0'],
    [{ maxNewTokens: 2.5 }, 'maxNewTokens: expected an integer of at least 1, got 2.5'],
    [{ minNewTokens: -1 }, 'minNewTokens: expected an integer of at least 0, got -1'],
    [{ minNewTokens: 21 }, 'expected minNewTokens of at most maxNewTokens (20), got 21'],
    [{ numBeams: 0 }, 'numBeams: expected an integer of at least 1, got 0'],
    [{ numReturnSequences: 0 }, 'numReturnSequences: expected an integer of at least 1, got 0'],
    [
      { numBeams: 2, numReturnSequences: 3 },
      'expected numReturnSequences of at most numBeams (2), got 3; raise numBeams',
    ],
    [{ lengthPenalty: Number.NaN }, 'lengthPenalty: expected a finite number, got NaN'],
    [{ eosTokenId: -1 }, 'eosTokenId: expected an integer of at least 0, got -1'],
    [{ doSample: true, temperature: 0 }, 'expected a temperature above 0, got 0'],
    [{ doSample: true, temperature: Number.NaN }, 'temperature: expected a finite number, got NaN'],
    [{ doSample: true, topP: 0 }, 'expected topP above 0 and at most 1, got 0'],
    [{ doSample: true, topP: 1.5 }, 'expected topP above 0 and at most 1, got 1.5'],
    [{ doSample: true, topP: Number.NaN }, 'expected topP above 0 and at most 1, got NaN'],
    [{ doSample: true, topK: 0 }, 'topK: expected an integer of at least 1, got 0'],
    [{ doSample: true, seed: 0.5 }, 'seed: expected an integer of at least 0, got 0.5'],
  ])('%o', (options, message) => {
    const settings = () => generationSettings({ maxNewTokens: 20, ...options });
    expect(settings).toThrow(RangeError);
    expect(settings).toThrow(message);
  });
});

describe('options that do not go together are refused', () => {
  test.each([
    [
      { doSample: true, numBeams: 5 },
      'expected numBeams: 1 with doSample: true, got 5; choose one of the two',
    ],
    [{ temperature: 0.7 }, 'temperature: expected it with doSample: true, got greedy or beam search'],
    [{ topP: 0.9, numBeams: 5 }, 'topP: expected it with doSample: true, got greedy or beam search'],
  ])('%o', (options, message) => {
    const settings = () => generationSettings({ maxNewTokens: 20, ...options });
    expect(settings).toThrow(TypeError);
    expect(settings).toThrow(message);
  });
});
