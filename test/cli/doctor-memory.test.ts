import { expect, test } from 'vitest';

import { InternVL } from '../../src/internvl.js';
import { runInProcess } from './in-process.js';

const doctor = (...argv: string[]) => runInProcess(['doctor', ...argv]);

test('doctor says what each way to keep the weights needs, and which one a budget allows', async () => {
  const { code, stdout } = await doctor('--memory', '2GB');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^ok +memory, resident +all weights in memory: [\d.]+ MB or more, of which weights 13\.9 MB/m,
  );
  expect(stdout).toMatch(/^ok +memory, stream +streamed, two blocks at a time: [\d.]+ MB or more/m);
  expect(stdout).toMatch(/^ok +memory, one-by-one +streamed, one block at a time: [\d.]+ MB or more/m);
  expect(stdout).toMatch(/^ok +model memory +[\d.]+ MB of 2\.0 GB at most: all weights in memory$/m);
  expect((await doctor('--memory', 'stream')).stdout).toMatch(/^ok +model memory .*: streamed, two blocks/m);
});

test('a budget that nothing fits into is a problem with the least that works', async () => {
  const { code, stdout, stderr } = await doctor('--memory', '50MB');
  expect([code, stdout]).toEqual([1, expect.stringMatching(/^!! +model memory +too little of 50\.0 MB$/m)]);
  const message =
    /expected a memory budget of (\d+) MB or more for one block at a time, .* got 50 MB: raise it/;
  const [, least = ''] = message.exec(stderr) ?? [];
  expect((await doctor('--memory', `${least}MB`)).code).toBe(0);
  expect((await runInProcess(['embed', '--text', 'a', '--memory', '50MB'])).stderr).toMatch(message);
});

test('a budget in code and on the command line; nonsense is a usage error', async () => {
  const model = await InternVL.fromPretrained(undefined, { memory: '1GB' });
  expect(model.memory).toBe('resident');
  await model.dispose();
  const embed = async (memory: string) =>
    (await runInProcess(['embed', '--text', 'a cat', '--memory', memory])).stdout;
  expect(await embed('1GB')).toBe(await embed('stream'));
  const { code, stderr } = await runInProcess(['embed', '--text', 'a', '--memory', 'lots']);
  expect([code, stderr]).toEqual([
    2,
    expect.stringContaining("or a size such as 2GB, 800MB or 1.5GiB, got 'lots'"),
  ]);
});
