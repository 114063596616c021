/** The whole reference, where it is at hand. It is not part of the repository: 40 MB of recorded outputs. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';

import { runParity } from '../../src/parity/run.js';
import { moduleRunners } from '../../src/parity/runners.js';

const reference = '../shared/reference';

/** Minutes each: the command line runs them. */
const slow = ['full-width/vit-6b', 'full-width/qllama-8b-*', 'full-width/synthetic-weights'];

test.skipIf(!existsSync(reference))(
  'every case of the implemented modules holds',
  { timeout: 120_000 },
  async () => {
    const modules = [...moduleRunners.keys()];
    const results = await runParity([reference], { modules, except: slow });
    expect(results.filter(({ status }) => status === 'failed' || status === 'error')).toEqual([]);
    expect(results.length).toBeGreaterThan(50);
    const missing = results.filter(({ status }) => status === 'not-implemented').map(({ name }) => name);
    expect(missing).toEqual(['tiny-14b/vit-resized']); // InternVL-G's embedding of it needs the queries
  },
);
