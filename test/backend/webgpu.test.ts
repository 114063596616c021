import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';

import type { Finding } from '../../src/cli/doctor.js';
import type { CaseResult } from '../../src/parity/run.js';
import { builtPackage } from '../package/built-package.js';
import { hasSwiftShader, noDevice, swiftShader } from './swiftshader.js';

/** Largest relative L2 that is allowed on a device whose sums have another order. */
const TOLERANCE = 1e-4;

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command in a process of its own: a process has one device. */
const internvl = (argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> =>
  run([join(builtPackage(), 'dist/cli/main.js'), ...argv], env);

async function run(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const child = spawn(process.execPath, argv, { env });
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, stdout, stderr };
}

// Without a driver there is nothing to test, except where all tests must run.
describe.skipIf(!hasSwiftShader && process.env.CI === undefined)('on a graphics device', () => {
  test('the reference cases of every part of the model hold', async () => {
    const parts = ['internvit', 'attention-pool', 'pos-embed-resize', 'internvl-c', 'internvl-g', 'itm'];
    const modules = [
      ...parts,
      'qllama.text',
      'qllama.generate',
      'llama.logits',
      'llama.generate',
      'llama.beam',
    ];
    const which = ['--module', modules.join(), '--except', 'full-width/*'];
    const argv = ['parity', 'test/fixtures/reference', '--device', 'webgpu', ...which, '--json'];
    const { stdout, stderr, code } = await internvl(argv, swiftShader);
    const results = JSON.parse(stdout) as CaseResult[];
    expect(new Set(results.map(({ module }) => module)), stderr).toEqual(new Set(modules));
    for (const { name, status, error, outputs } of results) {
      expect([name, status, error]).toEqual([name, 'ok', undefined]);
      for (const { relativeL2 = 0 } of outputs) expect(relativeL2).toBeLessThan(TOLERANCE);
    }
    expect(code).toBe(0);
  }, 600_000);

  test('doctor names it, its limits and its self test', async () => {
    const { stdout, code } = await internvl(['doctor', '--json'], {
      ...swiftShader,
      INTERNVL_DEVICE: 'webgpu',
    });
    expect(code).toBe(0);
    const findings = new Map((JSON.parse(stdout) as Finding[]).map(({ name, value }) => [name, value]));
    expect(findings.get('backend')).toMatch(/^webgpu, started in/);
    expect(findings.get('graphics adapter')).toMatch(/swiftshader.*a processor that plays one/i);
    expect(findings.get('largest array')).toMatch(/GB, of a buffer of/);
    expect(findings.get('self test')).toMatch(/^product .*, softmax, gather: within/);
  });

  test('the small model says the same as on wasm', async () => {
    const argv = ['classify', 'docs/pictures/dog.png', '--labels', 'dog,cat,banana', '--json'];
    const [gpu, wasm] = await Promise.all(
      ['webgpu', 'wasm'].map((device) => internvl([...argv, '--device', device], swiftShader)),
    );
    const scores = (ended?: Ended) =>
      [...(ended?.stdout ?? '').matchAll(/"score": ?([\d.e-]+)/g)].map(([, score]) => Number(score));
    expect(scores(gpu)).toHaveLength(3);
    for (const [i, score] of scores(wasm).entries()) expect(scores(gpu)[i]).toBeCloseTo(score, 5);
  });

  test.each([
    [
      'an error that nobody caught',
      'device.createBuffer({ size: 4, usage: 0 });',
      /^DeviceError: webgpu: .*usage/im, // after what the driver says
    ],
    ['a lost device', 'device.destroy();', /^DeviceError: webgpu: the device was lost .*new process/m],
  ])('%s ends the next call with a DeviceError', async (_, harm, message) => {
    const script = `
      import * as tf from '@tensorflow/tfjs-core';
      import { InternVL } from './src/index.ts';
      const model = await InternVL.fromPretrained(undefined, { device: 'webgpu' });
      await model.encodeText('a dog');
      const { device } = tf.backend();
      ${harm}
      const answer = await model.encodeText('a dog').then(() => 'no error', String);
      console.log(answer);`;
    const { stdout, stderr } = await run(
      ['--import', 'tsx', '--input-type=module', '-e', script],
      swiftShader,
    );
    expect(stdout, stderr).toMatch(message);
  });

  test('no adapter is an error that says what to do', async () => {
    for (const argv of [['doctor'], ['classify', 'docs/pictures/dog.png', '--labels', 'dog']]) {
      const { code, stderr } = await internvl([...argv, '--device', 'webgpu'], noDevice);
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /webgpu: expected a graphics adapter, got none: install its driver, or use wasm/,
      );
    }
  });
});
