import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import { internvl } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'internvl-train-'));
afterAll(() => rmSync(folder, { recursive: true }));

const settings = join(folder, 'settings.json');
writeFileSync(
  settings,
  JSON.stringify({
    batchSize: 8,
    warmupSteps: 2,
    steps: 8,
    imagePhases: [{ until: 1, side: 32, dropTokens: 0.6 }],
  }),
);
const cache = join(folder, 'icons');
const train = (run: string, ...more: string[]) =>
  ['train', 'stage1', '--out', join(folder, run), '--config', settings, '--cache', cache, ...more] as const;
const hash = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
const weights = (run: string) => join(folder, run, 'model', 'model.safetensors');

describe('internvl train stage1', () => {
  test('gives the same weights when it is killed and goes on, with two ranks', {
    timeout: 240_000,
  }, async () => {
    expect((await internvl(train('whole'))).stdout.trim()).toBe(join(folder, 'whole', 'model'));

    const log = join(folder, 'killed', 'stage-1.jsonl');
    const killed = await internvl(train('killed', '--save-every', '2'), {
      during: (child) => {
        const watch = setInterval(() => {
          const lines = existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0;
          if (lines < 5) return; // beyond the resume point of step 4
          clearInterval(watch);
          child.kill('SIGKILL');
        }, 20);
      },
    });
    expect(killed.code).toBeNull();
    expect(existsSync(weights('killed'))).toBe(false);

    const refused = await internvl(train('killed'));
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('add --resume or name another folder');

    expect((await internvl(train('killed', '--save-every', '2', '--resume'))).code).toBe(0);
    expect(hash(weights('killed'))).toBe(hash(weights('whole')));
    expect(readFileSync(log, 'utf8').trim().split('\n')).toHaveLength(8);
  });

  test('makes a model that classify loads', { timeout: 120_000 }, async () => {
    const picture = 'docs/pictures/dog.png';
    const answer = await internvl(
      ['classify', picture, '--model', join(folder, 'whole', 'model'), '--json'],
      {
        cwd: process.cwd(),
      },
    );
    expect(answer.stderr).toBe('');
    expect(answer.code).toBe(0);
  });

  test.each([
    [['train'], 2, 'expected what to train: stage1 or stage2'],
    [['train', 'stage9'], 2, 'expected what to train: stage1 or stage2'],
    [
      ['train', 'stage2', '--out', join(folder, 'none')],
      2,
      'stage2 expects --init DIR, the model of stage 1',
    ],
    [['train', 'stage1'], 2, 'expected --out FOLDER'],
    [[...train('bad', '--ranks', '3')], 2, '--batch-size expects a multiple of 3 ranks, got 8'],
  ] as const)('%j is refused', { timeout: 60_000 }, async (argv, code, message) => {
    const ended = await internvl(argv);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(message);
  });

  test('names the setting that a file has wrong', async () => {
    const wrong = join(folder, 'wrong.json');
    writeFileSync(wrong, '{"styleShare": 2}');
    const ended = await internvl(['train', 'stage1', '--out', join(folder, 'wrong'), '--config', wrong]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/wrong\.json: styleShare: .*expected/i);
  });
});

describe('internvl train stage2', () => {
  const file = join(folder, 'stage-2.json');
  writeFileSync(file, JSON.stringify({ batchSize: 8, warmupSteps: 2, steps: 3 }));
  const model = (run: string) => join(folder, run, 'model');

  test('goes on from a model of stage 1, and makes one that writes and matches', {
    timeout: 240_000,
  }, async () => {
    const first = await internvl([...train('base', '--steps', '1')]);
    expect(first.code).toBe(0);
    const init = ['--init', model('base'), '--config', file, '--cache', cache];
    const second = await internvl(['train', 'stage2', '--out', join(folder, 'second'), ...init]);
    expect(second.stderr).toMatch(/step 0: loss \d+\.\d+/);
    expect(second.code).toBe(0);
    const [record] = readFileSync(join(folder, 'second', 'stage-2.jsonl'), 'utf8')
      .trim()
      .split('\n');
    const { matching, contrastive, generation } = JSON.parse(record ?? '{}');
    for (const loss of [matching, contrastive, generation]) expect(loss).toBeGreaterThan(0);

    const picture = join(process.cwd(), 'docs/pictures/dog.png');
    const caption = await internvl(['caption', picture, '--model', model('second'), '--json']);
    expect(caption).toMatchObject({ code: 0 });
    const match = await internvl(['match', picture, 'dog', '--model', model('second'), '--json']);
    expect(match).toMatchObject({ code: 0 });
  });

  test('leaves what is frozen as it was, and takes over the tokenizer', async () => {
    const [before, after] = await Promise.all(['base', 'second'].map((run) => openCheckpoint(model(run))));
    const name = 'vision_model.encoder.layers.0.attn.qkv.weight';
    expect(await after?.read(name)).toEqual(await before?.read(name));
    const moved = 'qllama.model.layers.0.self_attn.q_proj.weight';
    expect(await after?.read(moved)).not.toEqual(await before?.read(moved));
    expect(hash(join(model('second'), 'tokenizer.model'))).toBe(hash(join(model('base'), 'tokenizer.model')));
  });
});
