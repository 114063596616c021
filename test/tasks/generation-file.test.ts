import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { diskFolder } from '../../src/checkpoint/disk-folder.js';
import { readGenerationFile } from '../../src/tasks/generation-file.js';

const folder = mkdtempSync(join(tmpdir(), 'generation-file-'));
afterAll(() => rmSync(folder, { recursive: true }));
const read = (text: string) => {
  writeFileSync(join(folder, 'generation_config.json'), text);
  return readGenerationFile(diskFolder(folder));
};

test('says how captions are searched for, in the names of transformers', async () => {
  expect(await readGenerationFile(diskFolder(join(folder, 'none')))).toEqual({});
  const text = '{"bos_token_id": 1, "min_new_tokens": 0, "num_beams": 3, "max_new_tokens": null}';
  expect(await read(text)).toEqual({ minNewTokens: 0, numBeams: 3 });
  expect(await read('{"length_penalty": 0.5, "max_new_tokens": 20}')).toEqual({
    lengthPenalty: 0.5,
    maxNewTokens: 20,
  });
});

test.each([
  ['{"num_beams": "5"}', 'generation_config.json: num_beams: expected a number, got "5"'],
  ['{"num_beams": 0}', 'generation_config.json: numBeams: expected an integer of at least 1, got 0'],
  [
    '{"min_new_tokens": 40}',
    'generation_config.json: expected minNewTokens of at most maxNewTokens (30), got 40',
  ],
  ['7', 'generation_config.json: expected an object'],
  ['{', 'generation_config.json: expected JSON'],
])('%s is an error', async (text, message) => {
  await expect(read(text)).rejects.toThrow(message);
});
