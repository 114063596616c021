import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { builtPackage } from '../package/built-package.js';
import { hasChromium, launchChromium } from './chromium.js';
import { ModelVisit } from './model-visit.js';

const load = `const model = await InternVL.fromPretrained('/weights/nano/');`;

// Without a browser there is nothing to test, except where all tests must run.
describe.skipIf(!hasChromium && process.env.CI === undefined)('bad input in Chromium', () => {
  let browser: Browser;
  beforeAll(async () => {
    builtPackage();
    browser = await launchChromium();
  }, 180_000);
  afterAll(() => browser?.close());

  test.each([
    [
      'no model',
      `await InternVL.fromPretrained()`,
      /expected the address of a model \(or its files\), got none/,
    ],
    [
      'another folder',
      `await InternVL.fromPretrained('/pictures')`,
      /pictures: expected config.json, got no such file/,
    ],
    [
      'a path',
      `await InternVL.fromPretrained('C:\\\\nano')`,
      /a page reads folders of this machine when a person chooses/,
    ],
    [
      'no files',
      `await InternVL.fromPretrained([])`,
      /the files chosen: expected the files of a model, got none/,
    ],
    [
      'a cache',
      `await InternVL.fromPretrained('/a', { cacheDir: 'x' })`,
      /TypeError: expected no cacheDir in a browser/,
    ],
    [
      'no picture',
      `${load} await model.classify('/none.png', ['a', 'b'])`,
      /none.png: expected a picture, got status 404/,
    ],
    [
      'a text',
      `${load} await model.classify(new Blob(['hi!!']), ['a', 'b'])`,
      /expected a PNG or JPEG picture, got/,
    ],
    [
      'no SIMD',
      `WebAssembly.validate = () => false; await InternVL.fromPretrained('/weights/nano')`,
      /EngineError: expected WebAssembly SIMD, got a runtime without it: use/,
    ],
  ])('%s is an error that says what to do', (_, code, message) =>
    ModelVisit.during(browser, {}, async (visit) => {
      await expect(visit.run('page', code)).rejects.toThrow(message);
    }),
  );

  test('org/repo is a repository of Hugging Face, and one that hides its ranges is told how to show them', () =>
    ModelVisit.during(browser, {}, async (visit) => {
      let exposed = 'Content-Range, ETag';
      await visit.page.route('https://huggingface.co/**', async (route) => {
        const { origin } = new URL(visit.page.url());
        const url = route
          .request()
          .url()
          .replace('https://huggingface.co/org/nano/resolve/v%2F1/small/', `${origin}/weights/nano/`);
        const response = await route.fetch({ url });
        const allowed = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': exposed };
        await route.fulfill({ response, headers: { ...response.headers(), ...allowed } });
      });
      const repo = `const model = await InternVL.fromPretrained('org/nano', { revision: 'v/1', subfolder: 'small' });`;
      expect(await visit.run('page', `${repo} return model.source;`)).toBe('org/nano');
      exposed = 'ETag';
      await expect(visit.run('page', repo)).rejects.toThrow(
        /expected the header Content-Range, .*: let the server send/,
      );
    }));

  test('wasm that is not served is an error with its address', () => {
    const texts = { '/internvl/wasm/tfjs-backend-wasm-simd.wasm': '<!doctype html>' };
    return ModelVisit.during(browser, { texts }, async (visit) => {
      await expect(visit.run('page', load)).rejects.toThrow(
        /EngineError: .*tfjs-backend-wasm-simd.wasm: expected the WebAssembly of tfjs .*, got other bytes/,
      );
    });
  });
});
