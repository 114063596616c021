/** The set of cases in the repository itself. */
import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';

import { findCases } from '../../src/parity/find-cases.js';
import { moduleRunners } from '../../src/parity/runners.js';
import { pathsBelow } from '../architecture/source-files.js';

const fixtures = 'test/fixtures/reference';

test('its index lists every case that lies there, and no other', async () => {
  const listed = (await findCases(fixtures)).map(({ name }) => name).sort();
  const there = pathsBelow([fixtures], 'manifest.json').map((path) =>
    path.slice(fixtures.length + 1, -'/manifest.json'.length),
  );
  expect(listed).toEqual(there.sort());
});

test('every module that has a runner has a case there, but for two whose files stay with the reference', () => {
  const modules = pathsBelow([fixtures], 'manifest.json').map(
    (path) => JSON.parse(readFileSync(path, 'utf8')).module as string,
  );
  const missing = [...moduleRunners.keys()].filter((module) => !modules.includes(module));
  // The tokenizer's file is not ours to copy; the queries are run by tiny-14b/vit-resized, a fifth of their own case.
  expect(missing).toEqual(['qllama.image', 'tokenize']);
});

test('all fixtures together stay below 12 MB', () => {
  const bytes = pathsBelow(['test/fixtures'], '').reduce((sum, path) => sum + statSync(path).size, 0);
  expect(bytes).toBeGreaterThan(1e6);
  expect(bytes).toBeLessThan(12e6);
});
