import { expect, test } from 'vitest';

import { defaultTolerance, parseManifest } from '../../src/parity/manifest.js';

const parse = (manifest: object) => parseManifest(JSON.stringify(manifest), 'set/case/manifest.json', 'case');
const minimal = { format: 'parity-case/1', module: 'internvit' };

test('a dump may say no more than its format and module', () => {
  const manifest = parse(minimal);
  expect(manifest).toMatchObject({ name: 'case', weights: null, params: {}, inputs: undefined });
  expect(manifest.tolerances('last_hidden_state')).toEqual({ relativeL2: defaultTolerance });
});

test('tolerances: one for all, per output a number or limits, exact before both', () => {
  const { tolerances } = parse({
    ...minimal,
    exact: ['ids'],
    tolerance: { relative_l2: 1e-3, per: { a: 1e-6, b: { max_abs: 4, mean_abs: 0.5 }, c: { max_abs: 2 } } },
  });
  expect(tolerances('ids')).toEqual({ exact: true });
  expect(tolerances('a')).toEqual({ relativeL2: 1e-6 });
  expect(tolerances('b')).toEqual({ maxAbs: 4, meanAbs: 0.5 });
  expect(tolerances('c')).toEqual({ maxAbs: 2 });
  expect(tolerances('other')).toEqual({ relativeL2: 1e-3 });
  expect(tolerances('toString')).toEqual({ relativeL2: 1e-3 });
});

test.each([
  [
    'another format',
    { ...minimal, format: 'parity-case/2' },
    /manifest.json: format: expected "parity-case\/1"/,
  ],
  ['no module', { format: 'parity-case/1' }, /module: expected a value, got undefined/],
  [
    'a negative tolerance',
    { ...minimal, tolerance: { relative_l2: -1 } },
    /tolerance.relative_l2: expected >=0/,
  ],
  ['an unknown limit', { ...minimal, tolerance: { per: { a: { max_abs: 1, rms: 2 } } } }, /tolerance.per.a/],
  ['weights of another kind', { ...minimal, weights: { seed: 1 } }, /weights: expected/],
  ['a seed that is no integer', { ...minimal, weights: { synthetic: 'x' } }, /weights/],
  ['inputs that are not keys', { ...minimal, inputs: { a: 1 } }, /inputs.a: expected string, got 1/],
  ['a list', [], /format: expected a value, got undefined/],
])('refuses %s, naming the file and the key', (_, manifest, message) => {
  expect(() => parse(manifest)).toThrow(message);
});

test('refuses text that is not JSON', () => {
  expect(() => parseManifest('{"format":', 'set/manifest.json', 'case')).toThrow(
    /^set\/manifest.json: expected JSON/,
  );
});
