import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { exitCodeOf, messageOf } from '../../src/cli/exit-code.js';
import { temporaryFolder, writeTinyModel } from '../package/tiny-model.js';
import { runInProcess } from './in-process.js';
import { internvl } from './program.js';

const folder = temporaryFolder();
const model = join(folder.path, 'tiny');

beforeAll(() => void writeTinyModel(model));
afterAll(folder.remove);

describe('the program', () => {
  test('says its version and what it can do on stdout', async () => {
    expect((await internvl(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    const { code, stdout, stderr } = await internvl(['--help']);
    expect([code, stderr]).toEqual([0, '']);
    for (const command of [
      'classify',
      'retrieve',
      'embed',
      'caption',
      'match',
      'inspect',
      'convert',
      'parity',
      'doctor',
      'demo',
    ]) {
      expect(stdout).toContain(`\n  ${command} `);
      const help = await runInProcess([command, '--help']);
      expect([help.code, help.stderr]).toEqual([0, '']);
      expect(help.stdout).toMatch(new RegExp(`^Usage: internvl ${command}`));
      expect(help.stdout).toContain(`\n  internvl ${command}`); // an example
      expect(Math.max(...help.stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(90);
    }
  });

  test('an unknown command is a usage error with the nearest one', async () => {
    const { code, stdout, stderr } = await internvl(['clasify']);
    expect([code, stdout, stderr]).toEqual([
      2,
      '',
      'internvl: unknown command clasify; did you mean classify?\n',
    ]);
    expect((await runInProcess([])).code).toBe(2);
    expect((await runInProcess(['--varsion'])).stderr).toContain('unknown option --varsion');
  });

  test('commands that measure and draw say what they expect', async () => {
    expect((await runInProcess(['eval', 'vqa'])).stderr).toMatch(
      /expected what to measure: all, emojiworld, retrieval, captions; got vqa\nTry: internvl eval/,
    );
    expect((await runInProcess(['emojiworld', 'sample'])).stderr).toMatch(/expected: sample FOLDER/);
  });

  test('a reader that closes the pipe early is no failure', async () => {
    const argv = ['embed', '--text', 'a cat', '--text', 'a dog', '-m', model];
    const { code, stderr } = await internvl(argv, { during: (child) => child.stdout?.destroy() });
    expect([code, stderr]).toEqual([0, '']);
  });

  test('an interrupt ends it with 130 and a word', async () => {
    const { code, stdout, stderr } = await internvl(['classify', '-', '-l', 'a', '-m', model], {
      during: (child) => {
        // more than a pipe holds: when it drains, the program runs and reads
        child.stdin?.write(new Uint8Array(2 ** 20), () => child.kill('SIGINT'));
      },
    });
    expect([code, stdout, stderr]).toEqual([130, '', 'interrupted\n']);
  });

  test('a model that is missing or broken is exit code 3', async () => {
    const missing = await runInProcess(['embed', '--text', 'a', '-m', join(folder.path, 'none')]);
    expect([missing.code, missing.stdout]).toEqual([3, '']);
    expect(missing.stderr).toMatch(/none: expected the folder of a model, got nothing there\n$/);
    const empty = await runInProcess(['embed', '--text', 'a', '-m', folder.path]);
    expect([empty.code, empty.stderr.split('\n').length]).toEqual([3, 2]);
  });

  test('a configuration that contradicts the tensors names both', async () => {
    const wrong = writeTinyModel(join(folder.path, 'wrong'));
    const config = JSON.parse(readFileSync(join(wrong, 'config.json'), 'utf8'));
    writeFileSync(join(wrong, 'config.json'), JSON.stringify({ ...config, clip_embed_dim: 64 }));
    const { code, stdout, stderr } = await runInProcess(['embed', '--text', 'a', '-m', wrong]);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^internvl: .*expected .*64.*, got .*48.*\n$/);
  });

  test('a lack of memory is exit code 4, with what can be done', () => {
    const wasm = new WebAssembly.RuntimeError('memory access out of bounds');
    expect([wasm, new RangeError('Array buffer allocation failed')].map(exitCodeOf)).toEqual([4, 4]);
    expect(messageOf(wasm)).toContain('--memory stream');
    expect(exitCodeOf(new RangeError('expected 3, got 4'))).toBe(1);
  });
});
