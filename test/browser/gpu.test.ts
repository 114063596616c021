import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Prediction } from '../../src/index.js';
import { hasChromium, launchChromium } from './chromium.js';
import { ModelVisit } from './model-visit.js';
import { tasks } from './tasks.js';
import { type Place, Visit } from './visit.js';

// Without a browser there is nothing to test, except where all tests must run.
describe.skipIf(!hasChromium && process.env.CI === undefined)('WebGPU in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium({ withGpu: true });
  });
  afterAll(() => browser?.close());

  test.each<[Place]>([['page'], ['worker']])(
    'in the %s it computes what Node does on wasm',
    async (place) => {
      const visit = await Visit.open(browser, { isIsolated: false });
      try {
        expect(await visit.ask(place, 'startGpu')).toEqual({
          backend: 'webgpu',
          isFallback: true,
          isRight: true,
        });
        const [gpu, wasm] = [await visit.ask(place, 'blockOnDevice'), await tasks.blockOnDevice()];
        const distance = Math.hypot(...gpu.map((value, i) => value - (wasm[i] ?? Number.NaN)));
        expect(distance / Math.hypot(...wasm)).toBeLessThan(1e-5);
      } finally {
        await visit.close();
      }
    },
  );

  test('the bundle has it: the model answers as on wasm', { timeout: 180_000 }, async () => {
    const visit = await ModelVisit.open(browser);
    const classify = (place: Place, device: string) =>
      visit.run<Prediction[]>(
        place, // a page and its worker may compute on two devices, each alone only on one
        `const model = await InternVL.fromPretrained('/weights/nano', { device: '${device}' });
        return model.classify('/pictures/dog.png', ['dog', 'cat', 'banana']);`,
      );
    try {
      const [gpu, wasm] = [await classify('page', 'webgpu'), await classify('worker', 'wasm')];
      expect(gpu.map(({ label }) => label)).toEqual(wasm.map(({ label }) => label));
      gpu.forEach(({ cosine }, i) => void expect(cosine).toBeCloseTo(wasm[i]?.cosine ?? Number.NaN, 5));
    } finally {
      await visit.close();
    }
  });

  test('a browser without it says so', async () => {
    const without = await launchChromium();
    const visit = await Visit.open(without, { isIsolated: false });
    try {
      await expect(visit.ask('worker', 'startGpu')).rejects.toThrow(
        /DeviceError: webgpu: expected .*(WebGPU|adapter), got none: .*use wasm/,
      );
    } finally {
      await visit.close();
      await without.close();
    }
  });
});
