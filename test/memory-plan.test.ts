import { describe, expect, test } from 'vitest';

import { leastActivationBytes, leastBytesInEngine, mostActivationBytes } from '../src/batch-size.js';
import { memoryBytes } from '../src/checkpoint/byte-source.js';
import type { TensorInfo, TensorSource } from '../src/checkpoint/tensor-source.js';
import { internVL14B } from '../src/contrastive/config.js';
import { internVLTiny } from '../src/contrastive/presets.js';
import { tensorShapes } from '../src/contrastive/tensor-names.js';
import { type Lender, memoryChoices } from '../src/memory-choices.js';
import { memoryPlan } from '../src/memory-plan.js';
import type { Memory } from '../src/pretrained-options.js';

/** Headers of a checkpoint: shapes by name, all in bf16. */
function headers(shapes: ReadonlyMap<string, readonly number[]>): TensorSource {
  const infos = Array.from(shapes, ([name, shape]): [string, TensorInfo] => {
    const byteLength = 2 * shape.reduce((size, n) => size * n, 1);
    return [name, { name, shape, dtype: 'BF16', byteLength, file: 'model.safetensors' }];
  });
  const refuse = () => Promise.reject(new Error('expected no reading, got one'));
  const { close } = memoryBytes(new Uint8Array(0));
  return { description: 'the model', infos: new Map(infos), read: refuse, readInto: refuse, close };
}

/** InternVL-14B with so many blocks in its vision tower and none in the other: 245,760,000 bytes of matrices each. */
const visionOf = (numLayers: number) =>
  headers(
    new Map(
      [...tensorShapes({ ...internVL14B, vision: { ...internVL14B.vision, numLayers } })].filter(([name]) =>
        name.startsWith('vision_model.encoder'),
      ),
    ),
  );
const blockBytes = 245_760_000;
/** Norms, LayerScale and biases of a block, as float32. */
const besideBytes = 4 * (6 * 3200 + 3200 + 12800 + 3200);
const lender = (memoryLimit?: number, threads?: number): Lender => ({
  lend: () => expect.unreachable(),
  ...(memoryLimit !== undefined && { memoryLimit }),
  ...(threads !== undefined && { threads }),
});
const plan = (source: TensorSource, engine?: Lender, asked?: Memory | number) =>
  memoryPlan(source, internVL14B, engine, asked);
const complete = headers(tensorShapes(internVL14B));

describe('without a budget', () => {
  test('without an engine weights count as float32, and nothing is lent', () => {
    const parameters = 3 * (blockBytes / 2 + besideBytes / 4);
    expect(plan(visionOf(3))).toMatchObject({
      ...{ parameters, lends: false, memory: 'resident', residency: 'resident', bytes: 4 * parameters },
    });
    const two = 2 * (2 * blockBytes + besideBytes);
    expect(plan(visionOf(4))).toMatchObject({ lends: false, residency: 'stream', bytes: two });
  });

  test('with an engine matrices count as they are stored: twice as many stay in memory', () => {
    expect(plan(visionOf(6), lender())).toMatchObject({
      ...{ lends: true, memory: 'resident', bytes: 6 * (blockBytes + besideBytes) },
    });
    expect(plan(visionOf(48), lender())).toMatchObject({
      ...{ lends: true, memory: 'stream', residency: 'stream', bytes: 2 * (blockBytes + besideBytes) },
    });
  });

  test('a small model stays in tensors, and takes no more for activations than it can use', () => {
    const tiny = memoryPlan(headers(tensorShapes(internVLTiny)), internVLTiny, lender());
    expect(tiny).toMatchObject({ lends: false, memory: 'resident', parameters: 589_987 });
    expect(tiny.activationBytes).toBe(mostActivationBytes(internVLTiny));
    expect(tiny.processBytes).toBeLessThan(2.5e8);
  });

  test('what was asked for is done', () => {
    expect(plan(visionOf(1), lender(), 'stream').residency).toBe('stream');
    expect(plan(visionOf(12), lender(), 'resident').residency).toBe('resident');
  });
});

describe('the complete model', () => {
  const { choices, parameters } = memoryChoices(complete, internVL14B, lender());

  test('counts queries, cross-attention and heads; two layers are one with and one without cross-attention', () => {
    expect(parameters).toBe(13_834_975_747);
    const layer = 2 * 202_375_168;
    const crossed = layer + 2 * (59_776_128 - 7296);
    const pools = 2 * (3 * 3200 ** 2 + 768 * 3200 + 3 * 4096 ** 2 + 768 * 4096);
    const outside = pools + 2 * (3200 * 588 + 2 * 4096);
    const [, stream, oneByOne] = choices;
    expect(stream.lent).toBe(outside + layer + crossed);
    expect(oneByOne.lent).toBe(outside + crossed);
  });

  test.each([
    [0, { residency: 'resident' }],
    [1, { residency: 'stream' }],
    [2, { residency: 'one-by-one' }],
  ] as const)('choice %d is taken from its least bytes on, and the next below', (index, taken) => {
    const { leastBytes } = choices[index] ?? expect.unreachable();
    expect(plan(complete, lender(), leastBytes)).toMatchObject({ ...taken, processBytes: leastBytes });
    const below = choices[index + 1];
    const attempt = () => plan(complete, lender(), leastBytes - 1);
    if (below) expect(attempt().residency).toBe(below.residency);
    else
      expect(attempt).toThrow(
        new RangeError(
          `the model: expected a memory budget of ${Math.ceil(leastBytes / 1e6)} MB or more for one block at a time, ` +
            `of which the weights take 720 MB, got ${Math.ceil(leastBytes / 1e6)} MB: raise it`,
        ),
      );
  });

  test('the least that works is what the message says', () => {
    const least = () => plan(complete, lender(), 5e8);
    expect(least).toThrow(/^the model: expected a memory budget of 1081 MB or more for one block at a time/);
    expect(plan(complete, lender(), 1081e6)).toMatchObject({ residency: 'one-by-one', memory: 'stream' });
  });

  test('what a budget leaves is for activations: between one caption and seven pictures in a block', () => {
    const at = (budget: number) => plan(complete, lender(), budget);
    const least = leastActivationBytes(internVL14B, true);
    expect(at(choices[1].leastBytes).activationBytes).toBe(least);
    expect(at(choices[1].leastBytes + 1e8).activationBytes).toBe(least + 1e8);
    expect(at(4e9).activationBytes).toBe(mostActivationBytes(internVL14B));
    expect(at(4e9).processBytes).toBeLessThan(2.2e9);
  });

  test('each thread takes some of the budget', () => {
    const { leastBytes } = choices[2];
    expect(() => plan(complete, lender(undefined, 2), leastBytes)).toThrow(
      'expected a memory budget of 1089 MB',
    );
    expect(plan(complete, lender(undefined, 2), leastBytes + 8e6).residency).toBe('one-by-one');
  });
});

describe('the limit of an engine', () => {
  const activations = leastBytesInEngine(internVL14B);

  test('decides too: streamed when not all fit, one by one when two do not', () => {
    const residency = (limit: number) => plan(visionOf(4), lender(limit)).residency;
    expect(residency(4 * blockBytes + activations)).toBe('resident');
    expect(residency(4 * blockBytes + activations - 1)).toBe('stream');
    expect(residency(2 * blockBytes + activations)).toBe('stream');
    expect(residency(2 * blockBytes + activations - 1)).toBe('one-by-one');
    expect(residency(blockBytes + activations)).toBe('one-by-one');
  });

  test('activations keep within what it leaves', () => {
    const engine = lender(blockBytes + activations + 1e7);
    expect(plan(visionOf(4), engine).activationBytes).toBe(2 * (activations + 1e7));
  });

  test('one that is too small is an error with what is needed', () => {
    const message = (what: string, least: number, limit: number, remedy: string) =>
      new RangeError(
        `the model: expected an engine with a memoryLimit of ${Math.ceil(least / 1e6)} MB or more for ${what} ` +
          `and its activations, got ${limit} MB: ${remedy}`,
      );
    const attempt = (megabytes: number, asked?: Memory) => () =>
      plan(visionOf(4), lender(megabytes * 1e6), asked);
    const one = ['one block at a time', blockBytes + activations] as const;
    const all = ['all weights', 4 * blockBytes + activations] as const;
    expect(attempt(200)).toThrow(message(...one, 200, 'raise it'));
    expect(attempt(200, 'stream')).toThrow(message(...one, 200, 'raise it'));
    expect(attempt(500, 'resident')).toThrow(message(...all, 500, 'raise it, or use memory: stream'));
    expect(attempt(200, 'resident')).toThrow(message(...all, 200, 'raise it'));
  });
});
