import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { appendRecord, readRecords, rewindLog } from '../../src/train/train-log.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('records are read as they were written, one a line', async () => {
  const path = join(folder, 'a.jsonl');
  await appendRecord(path, { step: 0, loss: 4.852 });
  await appendRecord(path, { step: 1, loss: Number.NaN, learningRate: 1e-5 });
  expect(await readFile(path, 'utf8')).toBe(
    '{"step":0,"loss":4.852}\n{"step":1,"loss":null,"learningRate":0.00001}\n',
  );
  expect(await readRecords(path)).toEqual([
    { step: 0, loss: 4.852 },
    { step: 1, loss: Number.NaN, learningRate: 1e-5 },
  ]);
});

test('a log that is not there has no records', async () => {
  expect(await readRecords(join(folder, 'none.jsonl'))).toEqual([]);
});

test('a line that was cut off is not counted, and going on takes out what will happen again', async () => {
  const path = join(folder, 'b.jsonl');
  for (const step of [0, 1, 2, 3]) await appendRecord(path, { step, loss: step });
  await appendFile(path, '{"step":4,"lo');
  expect(await rewindLog(path, 2)).toBe(2);
  await appendRecord(path, { step: 2, loss: 9 });
  expect((await readRecords(path)).map(({ loss }) => loss)).toEqual([0, 1, 9]);
});

test.each(['{"step":1', '[1]', '{"loss":1}', '{"step":1,"loss":"x"}', 'null'])(
  'the line %s is refused',
  async (line) => {
    const path = join(folder, 'c.jsonl');
    await writeFile(path, `{"step":0}\n${line}\n`);
    await expect(readRecords(path)).rejects.toThrow(`${path}:2: expected an object of numbers with a step`);
  },
);
