import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

import { temporaryFolder } from '../package/tiny-model.js';
import { runInProcess } from './in-process.js';
import { internvl } from './program.js';

const folder = temporaryFolder();
afterAll(folder.remove);
const at = (name: string) => join(folder.path, name);

describe('internvl synthesize', () => {
  test('writes a model that classifies, embeds and can be inspected', async () => {
    const made = await runInProcess(['synthesize', at('tiny'), '--preset', 'internvl-tiny', '--seed', '3']);
    expect([made.code, made.stderr]).toEqual([0, '']);
    expect(made.stdout).toMatch(/tiny: 127 tensors, 589,987 parameters, 1\.2 MB \([\d.]+ GB\/s\)\n/);
    const classified = await runInProcess([
      'classify',
      'docs/pictures/dog.png',
      '-l',
      'cat,dog',
      '-m',
      at('tiny'),
    ]);
    expect([classified.code, classified.stderr]).toEqual([0, '']);
    expect(classified.stdout).toMatch(/^ *\d+\.\d % +(cat|dog) /);
    const { stdout } = await runInProcess(['inspect', at('tiny'), '--json']);
    expect(JSON.parse(stdout).total).toMatchObject({ tensors: 127, parameters: 589_987 });
  });

  test('a part of it on disk embeds the same', async () => {
    const argv = ['--preset', 'internvl-nano', '--dtype', 'bf16', '--shard-size', '1', '--json'];
    const all = JSON.parse((await runInProcess(['synthesize', at('nano'), ...argv])).stdout);
    expect(all).toMatchObject({ folder: at('nano'), seed: 0 });
    expect(all.files).toContain('model.safetensors.index.json');
    const part = JSON.parse(
      (await runInProcess(['synthesize', at('part'), ...argv, '--layers', '1'])).stdout,
    );
    expect(part.parameters).toBeLessThan(all.parameters);
    const embed = async (model: string) =>
      (await runInProcess(['embed', '--text', 'a cat', '-m', model])).stdout;
    expect(await embed(at('part'))).toBe(await embed(at('nano')));
    expect(readFileSync(at('nano/tokenizer.model'))).toEqual(
      readFileSync('weights/internvl-nano/tokenizer.model'),
    );
  });

  test('a tokenizer can be given; one that is too large for the model is refused', async () => {
    const own = 'weights/internvl-nano/tokenizer.model';
    const { code, stderr } = await runInProcess([
      ...['synthesize', at('small'), '--preset', 'internvl-tiny', '--tokenizer', own],
    ]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('expected at most 512 pieces, as the model has rows, got 6144'),
    ]);
    expect(existsSync(at('small'))).toBe(false);
  });

  test('what is missing or unknown on the command line is said', async () => {
    const failed = async (...argv: string[]) => {
      const { code, stderr } = await runInProcess(['synthesize', ...argv]);
      return [code, stderr.split('\n')[0]];
    };
    const names = 'internvl-14b or internvl-tiny or internvl-nano';
    expect(await failed()).toEqual([2, 'internvl: expected a new folder']);
    expect(await failed(at('x'))).toEqual([2, `internvl: expected --preset ${names}`]);
    expect(await failed(at('x'), '--preset', 'gpt')).toEqual([
      2,
      `internvl: --preset expects ${names}, got 'gpt'`,
    ]);
    expect(await failed(folder.path, '--preset', 'internvl-tiny')).toEqual([
      1,
      expect.stringContaining('expected a new or empty folder'),
    ]);
  });

  test('an interrupt leaves nothing', async () => {
    const before = readdirSync(folder.path);
    const argv = ['synthesize', at('interrupted'), '--preset', 'internvl-14b', '--layers', '0'];
    const { code, stdout, stderr } = await internvl(argv, {
      during: (child) => {
        const isWriting = () => readdirSync(folder.path).some((name) => name.endsWith('.part'));
        const waiting = setInterval(() => {
          if (!isWriting()) return;
          clearInterval(waiting);
          child.kill('SIGINT');
        }, 20);
        child.on('exit', () => clearInterval(waiting));
      },
    });
    expect([code, stdout, stderr]).toEqual([130, '', 'interrupted\n']);
    expect(readdirSync(folder.path)).toEqual(before);
  });
});
