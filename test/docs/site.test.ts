import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readingOrder } from '../../docs/.vitepress/reading-order.js';
import { serveFolder } from '../../docs/.vitepress/static-server.js';
import { root } from '../architecture/source-files.js';
import { hasChromium, launchChromium } from '../browser/chromium.js';
import { temporaryFolder } from '../package/tiny-model.js';
import { deadLinks } from './built-links.js';
import { pathsIn } from './paths-in.js';

const clone = temporaryFolder();
const site = join(clone.path, 'docs/.vitepress/dist');
afterAll(clone.remove);

const made = [
  'docs/api',
  'docs/notebooks',
  ...['.temp', 'cache', 'dist'].map((name) => `docs/.vitepress/${name}`),
];

/** As `npm run docs:build` in a fresh clone, but no notebook is run: their own tests do that. */
beforeAll(async () => {
  const left = ['.git', '.cache', 'node_modules', 'dist', 'runs', ...made];
  const filter = (path: string): boolean => !left.includes(relative(root, path));
  for (const name of readdirSync(root)) {
    if (filter(join(root, name)))
      cpSync(join(root, name), join(clone.path, name), { recursive: true, filter });
  }
  symlinkSync(join(root, 'node_modules'), join(clone.path, 'node_modules'));
  const run = (...args: string[]) => promisify(execFile)(process.execPath, args, { cwd: clone.path });
  await run('--import', 'tsx', 'docs/.vitepress/prepare.ts', '--no-run');
  await run('node_modules/vitepress/bin/vitepress.js', 'build', 'docs');
}, 600_000);

test('every link of every page leads somewhere, anchors included', () => {
  expect(pathsIn(site).filter((path) => path.endsWith('.html')).length).toBeGreaterThan(500);
  expect(deadLinks(site)).toEqual([]);
});

test('hosts of static files are told to isolate its pages', () => {
  const headers = readFileSync(join(site, '_headers'), 'utf8');
  expect(headers).toBe(
    '/*\n  Cross-Origin-Opener-Policy: same-origin\n  Cross-Origin-Embedder-Policy: require-corp\n',
  );
});

// Without a browser there is nothing to test, except where all tests must run.
describe.skipIf(!hasChromium && process.env.CI === undefined)('in Chromium', () => {
  let browser: Browser;
  let server: Server;
  beforeAll(async () => {
    browser = await launchChromium();
    server = await serveFolder(site, 0);
  });
  afterAll(async () => {
    await browser?.close();
    server?.closeAllConnections();
    server?.close();
  });

  /** A visit during which the page complains of nothing and asks nobody else. */
  async function visiting(path: string, options: BrowserContextOptions, use: (page: Page) => Promise<void>) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    const { port } = server.address() as AddressInfo; // it listens on TCP
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`));
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).host !== `127.0.0.1:${port}`)
        complaints.push(`left: ${request.url()}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
    });
    await page.goto(`http://127.0.0.1:${port}${path}`, { waitUntil: 'networkidle' });
    await use(page);
    await context.close();
    expect(complaints).toEqual([]);
  }

  test('home has the readme, the sidebar the reading order, and pages may share memory', () =>
    visiting('/', {}, async (page) => {
      expect(await page.textContent('h1')).toMatch(/^internvl/);
      const groups = await page.locator('.VPSidebarItem.level-0 > .item > h2').allTextContents();
      expect(groups).toEqual(readingOrder().map(({ text }) => text));
      expect(await page.evaluate('crossOriginIsolated')).toBe(true);
    }));

  test('a module page leads to its sources, and those to each other', () =>
    visiting('/vision.html', {}, async (page) => {
      expect(await page.textContent('h1')).toMatch(/^InternViT/);
      await page.click('main a:has-text("src/vision/block.ts")');
      await page.click('a:text-is("attention") >> nth=0');
      expect(page.url()).toMatch(/\/source\/src\/vision\/attention\.ts\.html#L\d+$/);
      expect(await page.textContent('.line:target')).toContain('export function attention');
      await page.click('nav a:text-is("vision")');
      expect(await page.textContent('table')).toContain('Self-attention of InternViT');
      await page.click('nav a:text-is("internvl")');
      await page.waitForSelector('.VPSidebar');
    }));

  test('a box of the figure leads to its file', () =>
    visiting('/architecture.html', {}, async (page) => {
      await page.click('.figure a:has-text("cosine")');
      await page.waitForURL(/\/source\/src\/contrastive\/similarity\.ts\.html$/);
    }));

  test('the search finds a word by keyboard alone, without a server', () =>
    visiting('/', {}, async (page) => {
      await page.keyboard.press('Control+k');
      await page.waitForSelector('.VPLocalSearchBox input');
      await page.keyboard.type('attention pooling');
      await page.waitForSelector('.VPLocalSearchBox .result');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\.html/);
      await expect.poll(() => page.textContent('main')).toMatch(/attention pool/i);
    }));

  test.each(['light', 'dark'] as const)('it is %s where the reader is, and changes when told to', (scheme) =>
    visiting(
      '/vision.html',
      { colorScheme: scheme, viewport: { width: 1280, height: 800 } },
      async (page) => {
        const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
        const before = await ground();
        expect(before === 'rgb(255, 255, 255)').toBe(scheme === 'light');
        await page.click('.VPNavBar .VPSwitchAppearance');
        await expect.poll(ground).not.toBe(before);
        await page.goto(page.url().replace('vision.html', 'source/src/vision/block.ts.html'));
        expect(await page.evaluate('document.documentElement.classList.contains("dark")')).toBe(
          scheme === 'light',
        );
      },
    ),
  );

  test('at 360 pixels no page is wider than the screen', { timeout: 300_000 }, async () => {
    const pages = pathsIn(site).filter((path) =>
      /^[\w-]+\.html$|^notebooks\/.*html$|InternVL\.html$/.test(path),
    );
    const paths = pages.filter((path) => path !== '404.html').map((path) => `/${path}`);
    expect(paths.length).toBeGreaterThan(30);
    await visiting('/', { viewport: { width: 360, height: 740 } }, async (page) => {
      const wide: string[] = [];
      for (const path of [
        ...paths,
        '/weights/internvl-nano/',
        '/source/src/vision/block.ts.html',
        '/source/src/nn/',
      ]) {
        await page.goto(new URL(path, page.url()).href);
        const width = await page.evaluate<number>('document.documentElement.scrollWidth');
        if (width > 360) wide.push(`${path}: ${width}`);
      }
      expect(wide).toEqual([]);
    });
  });
});
