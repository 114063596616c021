import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { internvl } from './program.js';

const folder = mkdtempSync(join(tmpdir(), 'internvl-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('doctor finds a configuration that contradicts its tensors, as loading does', async () => {
  cpSync('weights/internvl-nano', folder, { recursive: true });
  const config = join(folder, 'config.json');
  writeFileSync(config, readFileSync(config, 'utf8').replaceAll('"hidden_size": 96', '"hidden_size": 128'));
  const message =
    `vision_model.embeddings.class_embedding: expected [1, 1, 128] by ${config}, got [1, 1, 96]: ` +
    'use the config.json of these weights';
  for (const argv of [['doctor'], ['classify', join(process.cwd(), 'docs/pictures/dog.png')]]) {
    const ended = await internvl([...argv, '--model', folder]);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain(message);
  }
});
