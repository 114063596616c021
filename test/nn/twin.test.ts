import { expect, test } from 'vitest';

import { twin, withoutTwins } from '../../src/nn/twin.js';

test('without twins holds until the promise settles', async () => {
  const inside = withoutTwins(async () => {
    await Promise.resolve();
    return twin('Linear');
  });
  expect(await inside).toBeUndefined();
  expect(twin('Linear')).toBeDefined();
});

test('twins come back after an error', async () => {
  await expect(withoutTwins(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(() =>
    withoutTwins(() => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(twin('Linear')).toBeDefined();
});
