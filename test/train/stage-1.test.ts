import { beforeAll, describe, expect, test } from 'vitest';

import { startStage1, trainStage1 } from '../../src/train/stage-1.js';
import { type TinyData, tinyData, tinyStage1 } from './tiny-run.js';

let tiny: TinyData;
beforeAll(async () => {
  tiny = await tinyData();
});

/** The parameters after training to the last step (or to `until`), as plain copies. */
async function trained(until = tinyStage1.steps, resumed?: Awaited<ReturnType<typeof startStage1>>['state']) {
  const run = await startStage1(tinyStage1, resumed);
  const stop = new AbortController();
  const losses: number[] = [];
  const afterStep = ({ loss }: { loss: number }) => {
    losses.push(loss);
    if (run.state.step === until && until < tinyStage1.steps) stop.abort();
  };
  const training = trainStage1(run, tiny.data, tiny.tokenizerModel, { afterStep, signal: stop.signal });
  await (until < tinyStage1.steps ? expect(training).rejects.toThrow('abort') : training);
  const parameters = new Map(
    [...run.state.parameters].map(([name, values]) => [name, Float32Array.from(values)]),
  );
  return { state: { ...run.state, parameters }, losses };
}

describe('a stage-1 run', () => {
  test('is the same a second time, to the bit', async () => {
    const [first, second] = [await trained(), await trained()];
    expect(second.losses).toEqual(first.losses);
    expect(second.state.parameters).toEqual(first.state.parameters);
  });

  test('that was stopped and goes on ends with the same bits as one that was not', async () => {
    const whole = await trained();
    const half = await trained(3);
    expect(half.state.step).toBe(3);
    const rest = await trained(undefined, half.state);
    expect([...half.losses, ...rest.losses]).toEqual(whole.losses);
    expect(rest.state.parameters).toEqual(whole.state.parameters);
  });

  test('changes every parameter that takes part, and finds the start of each in the seed', async () => {
    const before = await startStage1(tinyStage1);
    const { state } = await trained();
    const unchanged = [...before.state.parameters].filter(([name, values]) =>
      values.every((value, i) => value === state.parameters.get(name)?.[i]),
    );
    expect(unchanged.map(([name]) => name)).toEqual([]);
  });

  test('refuses a resume point of another model', async () => {
    const { state } = await startStage1(tinyStage1);
    const parameters = new Map([...state.parameters, ['text_projection', new Float32Array(3)]]);
    await expect(startStage1(tinyStage1, { ...state, parameters })).rejects.toThrow(
      'text_projection: expected 192 values in the resume point, got 3',
    );
  });
});
