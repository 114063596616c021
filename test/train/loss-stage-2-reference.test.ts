/** Stage 2 and retrieval on the reference batches: every stored gradient and the norm of each, in both forms. */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';

import { withoutTwins } from '../../src/nn/twin.js';
import { type CaseResult, runParity } from '../../src/parity/run.js';
import { referenceRoot } from './reference-case.js';

const modules = ['loss.stage2', 'loss.retrieval'];

/** All outputs of all cases are ok: losses, gradients, norms. */
function expectOk(results: readonly CaseResult[], cases: number): void {
  expect(results.filter(({ status }) => status !== 'ok')).toEqual([]);
  expect(results).toHaveLength(cases);
  for (const { outputs } of results) {
    const names = outputs.map(({ name }) => name);
    expect(names).toContain('gradient_norms');
    expect(names).toContain('total_gradient_norm');
    expect(names.filter((name) => name.startsWith('grad.')).length).toBeGreaterThanOrEqual(9);
  }
}

test('a batch with empty captions', async () => {
  const options = { modules: ['loss.stage2'] };
  expectOk(await runParity([referenceRoot], options), 1);
  expectOk(await withoutTwins(() => runParity([referenceRoot], options)), 1);
});

const whole = '../shared/reference';

test.skipIf(!existsSync(whole))('the whole reference in composed form', async () => {
  expectOk(await withoutTwins(() => runParity([whole], { modules })), 4);
});
