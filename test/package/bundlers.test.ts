import { cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { build, createServer, preview } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { InternVL, type Prediction } from '../../src/index.js';
import { hasChromium, launchChromium } from '../browser/chromium.js';
import { serveStatic } from '../browser/static-site.js';
import { installedApp } from './installed-app.js';

const LABELS = ['dog', 'cat', 'banana'];
const ISOLATION = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** What a user writes: the page classifies, and lets its worker do so. `name` is what the package is imported by. */
const userCode = (name: string) => ({
  'classify.js': `
    import { InternVL } from '${name}';
    export async function classify() {
      const model = await InternVL.fromPretrained('/weights/');
      return model.classify('/dog.png', ${JSON.stringify(LABELS)});
    }`,
  'worker.js': `
    import { classify } from './classify.js';
    classify().then(postMessage, (error) => postMessage(String(error)));`,
  'main.js': `
    import { classify } from './classify.js';
    const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
    const inWorker = new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error('the worker failed: ' + message));
    });
    window.answers = Promise.all([classify(), inWorker]);`,
});
const INDEX = `<!doctype html><title>app</title><link rel="icon" href="data:,">
  <script type="module" src="/main.js"></script>`;

// Without a browser there is nothing to test, except where all tests must run.
describe.skipIf(!hasChromium && process.env.CI === undefined)('the packed package in a page', () => {
  const app = installedApp();
  const { path: root, installed } = app;
  const common = { root, configFile: false, logLevel: 'error' } as const; // as a user has it who configures nothing
  const server = { port: 0, host: '127.0.0.1', headers: ISOLATION };
  let browser: Browser;
  let inNode: Prediction[];
  beforeAll(async () => {
    cpSync(join(installed, 'weights', 'internvl-nano'), join(root, 'public', 'weights'), { recursive: true });
    cpSync(join(installed, 'docs', 'pictures', 'dog.png'), join(root, 'public', 'dog.png'));
    app.write({ 'index.html': INDEX, ...userCode('internvl') });
    browser = await launchChromium();
    const model = await InternVL.fromPretrained();
    inNode = await model.classify(join(installed, 'docs', 'pictures', 'dog.png'), LABELS);
    await model.dispose();
  });
  afterAll(async () => {
    await browser?.close();
    app.remove();
  });

  /** The page and its worker, which has a thread, answer what Node answers. */
  async function expectAnswersOfNode(address: string | undefined): Promise<void> {
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.goto(address ?? 'expected a server');
    await page.waitForFunction('window.answers');
    expect(await page.evaluate('answers')).toEqual([inNode, inNode]);
    expect(page.workers()).toHaveLength(2);
    expect(errors).toEqual([]);
    await page.close();
  }

  test('in development with Vite', async () => {
    const vite = await createServer({ ...common, server });
    await vite.listen();
    await expectAnswersOfNode(vite.resolvedUrls?.local[0]).finally(() => vite.close());
  });

  test('built by Vite', async () => {
    await build(common);
    const emitted = readdirSync(join(root, 'dist', 'assets')).filter((name) => name.endsWith('.wasm'));
    expect(emitted).toHaveLength(5); // four builds of the kernels, and tfjs
    const vite = await preview({ ...common, preview: server });
    await expectAnswersOfNode(vite.resolvedUrls?.local[0]).finally(() => vite.close());
  });

  test('by a script tag, without a bundler', async () => {
    const code = userCode('/node_modules/internvl/dist/browser/internvl.js');
    const texts = Object.fromEntries(Object.entries(code).map(([name, text]) => [`/${name}`, text]));
    const site = await serveStatic({
      folders: { '/node_modules/': app.modules, '/': join(root, 'public') },
      texts: { '/': INDEX, ...texts },
      isIsolated: true,
    });
    await expectAnswersOfNode(site.address).finally(() => site.close());
    expect(site.requests.some((path) => path.startsWith('/weights/model.safetensors bytes='))).toBe(true);
  });
});
