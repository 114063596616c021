import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { internvl } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'internvl-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('doctor finds a configuration that contradicts its tensors, as loading does', async () => {
  cpSync('weights/internvl-nano', folder, { recursive: true });
  const config = join(folder, 'config.json');
  writeFileSync(config, readFileSync(config, 'utf8').replaceAll('"hidden_size": 128', '"hidden_size": 96'));
  const message =
    `vision_model.embeddings.class_embedding: expected [1, 1, 96] by ${config}, got [1, 1, 128]: ` +
    'use the config.json of these weights';
  for (const argv of [['doctor'], ['classify', join(process.cwd(), 'docs/pictures/dog.png')]]) {
    const ended = await internvl([...argv, '--model', folder]);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain(message);
  }
});

test('doctor multiplies in the arithmetic asked for, and says when threads are too many', async () => {
  const processors = availableParallelism();
  const threads = processors + 1;
  const { code, stdout } = await internvl(['doctor', '--threads', `${threads}`, '--arithmetic', 'fast']);
  expect(code).toBe(0);
  expect(stdout).toContain(`multiply-add, fast; on ${processors} processors they will wait for each other`);
  const [, error] = /^ok +arithmetic +largest error (\S+) /m.exec(stdout) ?? [];
  expect(Number(error)).toBeGreaterThan(1e-4); // rounded to 16 bits, so the engine has done it
});
