import { beforeAll, describe, expect, test } from 'vitest';

import { startRun, type TrainingState, train } from '../../src/train/training-run.js';
import { type TinyData, tinyData, tinyStage1, tinyStage2 } from './tiny-run.js';

let tiny: TinyData;
beforeAll(async () => {
  tiny = await tinyData();
});

const stages = [tinyStage1, tinyStage2, { ...tinyStage2, languageLearningRate: 0 }] as const;
type Config = (typeof stages)[number];

/** The parameters after training to the last step (or to `until`), as plain copies. */
async function trained(config: Config, until = config.steps, resumed?: TrainingState) {
  const run = await startRun(config, { resumed });
  const stop = new AbortController();
  const losses: number[] = [];
  const afterStep = ({ loss }: { loss: number }) => {
    losses.push(loss);
    if (run.state.step === until && until < config.steps) stop.abort();
  };
  const training = train(run, tiny.files, { afterStep, signal: stop.signal });
  await (until < config.steps ? expect(training).rejects.toThrow('abort') : training);
  const parameters = new Map(
    [...run.state.parameters].map(([name, values]) => [name, Float32Array.from(values)]),
  );
  return { state: { ...run.state, parameters }, losses };
}

describe.each(stages)('a run of stage $stage, language at $languageLearningRate', (config) => {
  test('is the same a second time, to the bit', async () => {
    const [first, second] = [await trained(config), await trained(config)];
    expect(first.losses).toHaveLength(config.steps);
    for (const loss of first.losses) expect(loss).toBeGreaterThan(0);
    expect(second.losses).toEqual(first.losses);
    expect(second.state.parameters).toEqual(first.state.parameters);
  });

  test('that was stopped and goes on ends with the same bits as one that was not', async () => {
    const whole = await trained(config);
    const half = await trained(config, 3);
    expect(half.state.step).toBe(3);
    const rest = await trained(config, undefined, half.state);
    expect([...half.losses, ...rest.losses]).toEqual(whole.losses);
    expect(rest.state.parameters).toEqual(whole.state.parameters);
  });

  test('changes every parameter that learns', async () => {
    const before = await startRun(config);
    const { state } = await trained(config);
    expect(state.parameters.size).toBeGreaterThan(10);
    const unchanged = [...before.state.parameters].filter(([name, values]) =>
      values.every((value, i) => value === state.parameters.get(name)?.[i]),
    );
    expect(unchanged.map(([name]) => name)).toEqual([]);
  });
});

describe('what learns', () => {
  const learned = async (config: Config) => [...(await startRun(config)).model.learned.keys()];

  test('in stage 1 is all of InternVL-C', async () => {
    const names = await learned(tinyStage1);
    expect(names).toContain('vision_model.encoder.layers.1.mlp.fc1.weight');
    expect(names).toContain('qllama.model.layers.0.self_attn.q_proj.weight');
    expect(names.filter((name) => /query|cross_attn\.q_proj|itm_head/.test(name))).toEqual([]);
  });

  test('in stage 2 with a frozen language is what the paper adds, and the heads on it', async () => {
    const names = await learned({ ...tinyStage2, languageLearningRate: 0 });
    const kinds = new Set(
      names.map(
        (name) => name.match(/query_tokens|cross_attn|clip_projector2|itm_head|lm_head|logit_scale/)?.[0],
      ),
    );
    expect([...kinds].sort()).toEqual(
      ['clip_projector2', 'cross_attn', 'itm_head', 'lm_head', 'logit_scale', 'query_tokens'].sort(),
    );
    expect(names.filter((name) => name.startsWith('clip_projector.'))).toEqual([]);
  });

  test('in stage 2 with a trained language is all but InternViT', async () => {
    const run = await startRun(tinyStage2);
    const frozen = [...run.model.parameters.keys()].filter((name) => !run.model.learned.has(name));
    expect(frozen.length).toBeGreaterThan(0);
    for (const name of frozen) expect(name).toMatch(/^vision_model\./);
  });
});

test('a resume point of another model is refused', async () => {
  const { state } = await startRun(tinyStage1);
  const parameters = new Map([...state.parameters, ['text_projection', new Float32Array(3)]]);
  await expect(startRun(tinyStage1, { resumed: { ...state, parameters } })).rejects.toThrow(
    'text_projection: expected 192 values in the resume point, got 3',
  );
});

test('the temperature stays within its bound', async () => {
  const { state } = await trained({ ...tinyStage1, initialScale: 20, maxScale: 5 });
  expect(Math.exp(state.parameters.get('logit_scale')?.[0] ?? 0)).toBeLessThanOrEqual(5.0001);
});
