import { expect, test } from 'vitest';

import { megabytes, parseBytes } from '../src/byte-size.js';
import { askedMemory, type PretrainedOptions } from '../src/pretrained-options.js';

test.each([
  ['2GB', 2e9],
  ['800MB', 8e8],
  ['1.5GiB', 1.5 * 2 ** 30],
  ['512 MiB', 2 ** 29],
  ['2g', 2e9],
  ['3kB', 3000],
  ['1000000', 1e6],
  ['7B', 7],
])('%s is %d bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test.each(['', 'GB', 'lots', '-2GB', '2XB', '1e9', '2iB', '0GB', '2GBs', '1,5GB', '99999999999GB', '.5GB'])(
  '%j is no size',
  (text) => {
    expect(parseBytes(text)).toBeUndefined();
  },
);

test('a need is rounded up: given back as a budget, it is enough', () => {
  expect(megabytes(1_234_000_001)).toBe('1235 MB');
  expect(megabytes(2e6)).toBe('2 MB');
});

test('memory is a word, a size or a number of bytes', () => {
  expect([undefined, 'resident', 'stream', '2GB', 5e8].map((memory) => askedMemory(memory as '2GB'))).toEqual(
    [undefined, 'resident', 'stream', 2e9, 5e8],
  );
  const refused = (memory: unknown) => () => askedMemory(memory as PretrainedOptions['memory']);
  const expected = 'memory: expected resident, stream or a size such as 2GB, 800MB or 1.5GiB, got';
  expect(refused('x')).toThrow(new TypeError(`${expected} x`));
  expect(refused(true)).toThrow(new TypeError(`${expected} true`));
  expect(refused(-1)).toThrow(new RangeError('memory: expected a number of bytes above 0, got -1'));
  expect(refused(Number.NaN)).toThrow(new RangeError('memory: expected a number of bytes above 0, got NaN'));
});
