/** The whole reference, where it is at hand. It is not part of the repository: 40 MB of recorded outputs. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';

import { runParity } from '../../src/parity/run.js';
import { moduleRunners } from '../../src/parity/runners.js';

const reference = '../shared/reference';

/** Half a minute to minutes each: the command line runs them. */
const slow = ['full-width/*'];

test.skipIf(!existsSync(reference))(
  'every case of the implemented modules holds',
  { timeout: 120_000 },
  async () => {
    const modules = [...moduleRunners.keys()];
    const results = await runParity([reference], { modules, except: slow });
    expect(results.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(results.length).toBeGreaterThan(50);
  },
);

test
  .skipIf(!existsSync(reference))
  .each(['checkpoint', 'checkpoint-f32', 'checkpoint-bin', 'checkpoint-pth/internvl_c_13b_224px.pth'])(
  'the same weights in another container give the same outputs: %s',
  async (container) => {
    const weights = `${reference}/tiny-14b/${container}`;
    const results = await runParity([reference], {
      cases: ['tiny-14b/internvl-c', 'tiny-14b/qllama-text'],
      weights,
    });
    expect(results.map(({ name, status }) => [name, status])).toEqual([
      ['tiny-14b/internvl-c', 'ok'],
      ['tiny-14b/qllama-text', 'ok'],
    ]);
  },
);
