import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { createRandom } from '../../src/emojiworld/random.js';
import { type AdamWState, createAdamW, stepAdamW } from '../../src/train/adamw.js';
import { type ResumePoint, readResumePoint, saveResumePoint } from '../../src/train/train-checkpoint.js';

let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'resume-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  path = join(folder, 'resume.safetensors');
});

const config = { steps: 10, betas: [0.9, 0.98], model: { width: 4 } };
const groups = new Map([
  ['w', { lrScale: 1, decays: true }],
  ['late', { lrScale: 0.1, decays: false }],
]);

interface Run {
  step: number;
  readonly parameters: Map<string, Float32Array>;
  readonly optimizer: AdamWState;
  readonly random: ReturnType<typeof createRandom>;
}

const start = (): Run => ({
  step: 0,
  // biome-ignore format: one line
  parameters: new Map([['w', Float32Array.of(0.1, -1 / 3, 1e-30)], ['late', Float32Array.of(7)]]),
  optimizer: createAdamW(),
  random: createRandom(4),
});

/** A step whose gradients depend on everything: the values, the step, the random generator. */
function train(run: Run): void {
  const noisy = (x: Float32Array): Float32Array => x.map((value) => value + run.random.next() - 0.5);
  const gradients = new Map([...run.parameters].map(([name, x]) => [name, noisy(x)]));
  if (run.step % 2 === 0) gradients.delete('late'); // its moments count other steps than those of w
  stepAdamW(run.optimizer, run.parameters, gradients, groups, {
    learningRate: 0.01 / (run.step + 1),
    betas: [0.9, 0.98],
    weightDecay: 0.1,
  });
  run.step++;
}

const pointOf = ({ step, parameters, optimizer, random }: Run): ResumePoint => ({
  step,
  parameters,
  optimizer,
  memory: [Float32Array.of(step, 0.1), new Float32Array(3)],
  random: { main: random.state() },
  config,
});

test('a run that was stopped goes on to exactly the same bits', async () => {
  const whole = start();
  for (let i = 0; i < 6; i++) train(whole);

  const first = start();
  for (let i = 0; i < 3; i++) train(first);
  await saveResumePoint(path, pointOf(first));
  const point = await readResumePoint(path, config);
  expect(point.memory).toEqual([Float32Array.of(3, 0.1), new Float32Array(3)]);
  const second = start();
  second.random.restore(point.random.main as [number, number, number, number]);
  const resumed: Run = { ...second, ...point, parameters: new Map(point.parameters), random: second.random };
  for (let i = 0; i < 3; i++) train(resumed);

  expect(resumed.step).toBe(whole.step);
  for (const [name, values] of whole.parameters) expect(resumed.parameters.get(name)).toEqual(values);
  for (const [name, moments] of whole.optimizer) expect(resumed.optimizer.get(name)).toEqual(moments);
});

test('saving replaces the file and leaves nothing beside it', async () => {
  const run = start();
  await saveResumePoint(path, pointOf(run));
  train(run);
  await saveResumePoint(path, pointOf(run));
  expect((await readResumePoint(path)).step).toBe(1);
  expect(await readdir(folder)).toEqual(['resume.safetensors']);
});

test('a save that is interrupted leaves the old file', async () => {
  const run = start();
  await saveResumePoint(path, pointOf(run));
  train(run);
  await expect(saveResumePoint(path, pointOf(run), AbortSignal.abort(new Error('stopped')))).rejects.toThrow(
    'stopped',
  );
  expect((await readResumePoint(path)).step).toBe(0);
  expect(await readdir(folder)).toEqual(['resume.safetensors']);
});

test('other settings are refused by name', async () => {
  await saveResumePoint(path, pointOf(start()));
  const other = { ...config, model: { width: 5 } };
  await expect(readResumePoint(path, other)).rejects.toThrow('config.model.width: expected 4, got 5');
  const longer = { ...config, betas: [0.9, 0.98, 1] };
  await expect(readResumePoint(path, longer)).rejects.toThrow('config.betas.2: expected undefined, got 1');
});

test('a truncated file is refused', async () => {
  const size = await saveResumePoint(path, pointOf(start()));
  await truncate(path, size - 4);
  await expect(readResumePoint(path)).rejects.toThrow(path);
});

test('a file of another kind is refused', async () => {
  await saveResumePoint(path, pointOf(start()));
  const text = (await readFile(path))
    .toString('latin1')
    .replace('internvl-resume-point/1', 'internvl-resume-point/9');
  await writeFile(path, text, 'latin1');
  await expect(readResumePoint(path)).rejects.toThrow('expected a resume point (internvl-resume-point/1)');
});
