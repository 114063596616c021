import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { EngineOptions } from '../../src/simd/engine-options.js';
import type { Build } from '../../src/simd/kernel-module.js';
import { hasChromium, launchChromium } from './chromium.js';
import type { SiteOptions } from './site.js';
import { tasks } from './tasks.js';
import { during, Visit } from './visit.js';

/** What Node computes, with 1 thread and with 2. */
async function computedInNode(options: EngineOptions): Promise<Results> {
  const results: Results[] = [];
  for (const threads of [1, 2]) {
    await tasks.start({ ...options, threads });
    results.push(await tasks.compute());
    await tasks.dispose();
  }
  const [one, two] = results as [Results, Results];
  expect(two).toEqual(one);
  return one;
}

type Results = Awaited<ReturnType<typeof tasks.compute>>;

// Without a browser there is nothing to test, except where all tests must run.
describe.skipIf(!hasChromium && process.env.CI === undefined)('in Chromium', () => {
  let browser: Browser;
  let inNode: Record<Build, Results>;
  beforeAll(async () => {
    browser = await launchChromium();
    inNode = { relaxed: await computedInNode({}), baseline: await computedInNode({ deterministic: true }) };
    expect(inNode.relaxed).not.toEqual(inNode.baseline);
  });
  afterAll(() => browser?.close());

  /** Opens a page for the time of `use`, in which it must have nothing to complain of. */
  const visiting = async (options: SiteOptions, use: (visit: Visit) => Promise<void>): Promise<void> =>
    during(await Visit.open(browser, options), use);

  test.each([
    ['a worker of a page that is isolated', 'worker', true, 2],
    ['the page itself, which may not wait', 'page', true, 1],
    ['a worker of a page that is not isolated', 'worker', false, 1],
  ] as const)('%s computes the bits of Node', (_, place, isIsolated, threads) =>
    visiting({ isIsolated }, async (visit) => {
      expect(await visit.isIsolated()).toBe(isIsolated);
      for (const build of ['relaxed', 'baseline'] as const) {
        const started = await visit.ask(place, 'start', { threads: 2, deterministic: build === 'baseline' });
        expect(started).toEqual({ threads, build, isShared: threads > 1 });
        expect(await visit.ask(place, 'compute')).toEqual(inNode[build]);
        await visit.ask(place, 'dispose');
      }
      const tfjs = await visit.ask(place, 'startTfjs', { wasmPaths: '/tfjs/', threads: 2 });
      expect(tfjs).toEqual({ backend: 'wasm', threads });
      expect(await visit.ask(place, 'computeOnTensors')).toEqual(await tasks.computeOnTensors());
    }),
  );

  test('a thread takes part, and is gone after dispose', () =>
    visiting({ isIsolated: true }, async (visit) => {
      await visit.ask('worker', 'start', { threads: 2 });
      await expect.poll(() => visit.workers, { timeout: 10_000 }).toBe(2); // a worker ends when its page has time // the page's own, and its thread
      expect(await visit.ask('worker', 'runsUntilThread1Works')).toBeGreaterThan(0);
      await visit.ask('worker', 'dispose');
      await expect.poll(() => visit.workers).toBe(1);
      await expect(visit.ask('worker', 'runNothing')).rejects.toThrow(
        'EngineError: this engine was disposed',
      );
    }));

  test('a trap becomes an EngineError wherever it is, and a restart makes the engine work again', () =>
    visiting({ isIsolated: true }, async (visit) => {
      await visit.ask('worker', 'start', { threads: 2 });
      await expect(visit.ask('worker', 'runTrap')).rejects.toThrow('EngineError: expected kernel 999');
      await visit.ask('worker', 'restart');
      await visit.ask('worker', 'trapThread1');
      const asked = performance.now();
      await expect(visit.ask('worker', 'runNothing')).rejects.toThrow(
        'EngineError: expected thread 1 of the engine to finish, but it has trapped',
      );
      expect(performance.now() - asked).toBeLessThan(1000);
      await visit.ask('worker', 'restart');
      expect(await visit.ask('worker', 'compute')).toEqual(inNode.relaxed);
      await expect.poll(() => visit.workers, { timeout: 10_000 }).toBe(2); // a worker ends when its page has time
    }));

  test.each([
    [
      '/dist/simd/thread.browser.mjs',
      'EngineError: expected thread 1 of the engine to finish, but it was ended',
    ],
    ['/dist/simd/wasm/relaxed-shared.wasm', /EngineError: http.*relaxed-shared.wasm: .* got status 404/],
  ])('without %s it says so', (missing, message) =>
    visiting({ isIsolated: true, missing }, async (visit) => {
      await expect(visit.ask('worker', 'start', { threads: 2 })).rejects.toThrow(message);
    }),
  );

  test('tfjs must be told where its files are, where they are not beside the script', () =>
    visiting({ isIsolated: true }, async (visit) => {
      await expect(visit.ask('worker', 'startTfjs', {})).rejects.toThrow(
        /EngineError: .*tfjs-backend-wasm-simd.wasm: expected the WebAssembly of tfjs \(or the option wasmPaths\), got status 404/,
      );
    }));
});
