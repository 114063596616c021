import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Caption, InternVL, type Prediction } from '../../src/index.js';
import { builtPackage } from '../package/built-package.js';
import { hasChromium, launchChromium } from './chromium.js';
import { ModelVisit } from './model-visit.js';
import type { StaticOptions } from './static-site.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dog = join(root, 'docs/pictures/dog.png');
const photo = join(root, 'test/fixtures/image/jpeg/ycc-411.jpg');
const labels = ['dog', 'cat', 'banana'];
const load = `const model = await InternVL.fromPretrained('/weights/nano/');`;
const labelled = `['dog', 'cat', 'banana']`;

interface InNode {
  readonly dog: Prediction[];
  readonly photo: Prediction[];
  readonly caption: Caption;
}

/** What the same calls answer in Node. */
async function computedInNode(): Promise<InNode> {
  const model = await InternVL.fromPretrained();
  const answers = {
    dog: await model.classify(dog, labels),
    photo: await model.classify(photo, labels, { templates: ['a photo of a {c}'] }),
    caption: await model.caption(dog, { numBeams: 2 }),
  };
  await model.dispose();
  return answers;
}

// Without a browser there is nothing to test, except where all tests must run.
describe.skipIf(!hasChromium && process.env.CI === undefined)('the model in Chromium', () => {
  let browser: Browser;
  let inNode: InNode;
  beforeAll(async () => {
    builtPackage();
    browser = await launchChromium();
    inNode = await computedInNode();
  }, 180_000);
  afterAll(() => browser?.close());

  const visiting = (options: Partial<StaticOptions>, use: (visit: ModelVisit) => Promise<void>) =>
    ModelVisit.during(browser, options, use);

  test.each([
    ['a page', 'page', false, 1],
    ['a worker of a page that is isolated', 'worker', true, 2],
    ['a worker of a page that is not isolated', 'worker', false, 1],
  ] as const)('%s classifies and captions as Node does, to the last bit', (_, place, isIsolated, workers) =>
    visiting({ isIsolated }, async (visit) => {
      const answers = await visit.run(
        place,
        `${load}
        const dog = await model.classify('/pictures/dog.png', ${labelled});
        const photo = await model.classify('/images/jpeg/ycc-411.jpg', ${labelled}, { templates: ['a photo of a {c}'] });
        const caption = await model.caption('/pictures/dog.png', { numBeams: 2 });
        return { dog, photo, caption };`,
      );
      expect(answers).toEqual(JSON.parse(JSON.stringify(inNode)));
      expect(visit.page.workers()).toHaveLength(workers); // the page's own, and its threads
    }),
  );

  test('weights come by ranges, in a few requests, with progress, and can be given up', () =>
    visiting({}, async (visit) => {
      const events = await visit.run<{ status: string; progress?: number }[]>(
        'page',
        `const events = [];
        const onProgress = (event) => events.push(event);
        const model = await InternVL.fromPretrained('./weights/nano', { onProgress });
        await model.dispose();
        return events;`,
      );
      const totals = events
        .filter(({ status }) => status === 'progress_total')
        .map(({ progress }) => progress);
      expect(totals).toEqual([...totals].sort((a = 0, b = 0) => a - b));
      expect(totals.at(-1)).toBe(100);
      expect(events.at(-1)?.status).toBe('ready');
      const weights = visit.requests.filter((path) => path.includes('model.safetensors'));
      expect(weights.length).toBeLessThan(6);
      expect(weights.every((path) => / bytes=\d+-\d+$/.test(path))).toBe(true);
      await expect(
        visit.run(
          'page',
          `const control = new AbortController();
          const onProgress = ({ file }) => file === 'model.safetensors' && control.abort(new Error('enough'));
          await InternVL.fromPretrained('/weights/nano', { onProgress, signal: control.signal });`,
        ),
      ).rejects.toThrow('Error: enough');
    }));

  test('a server without ranges sends whole files', () =>
    visiting({ hasRanges: false }, async (visit) => {
      const answer = await visit.run(
        'page',
        `${load} return model.classify('/pictures/dog.png', ${labelled});`,
      );
      expect(answer).toEqual(inNode.dog);
    }));

  test('pictures in every form are the same picture', () =>
    visiting({}, async (visit) => {
      const answers = await visit.run<Prediction[][]>(
        'page',
        `${load}
        const blob = await (await fetch('/pictures/dog.png')).blob();
        const bitmap = await createImageBitmap(blob);
        const { width, height } = bitmap;
        const context = new OffscreenCanvas(width, height).getContext('2d');
        context.drawImage(bitmap, 0, 0);
        const image = context.getImageData(0, 0, width, height);
        const data = image.data.filter((_, i) => i % 4 < 3);
        const forms = [blob, new File([blob], 'dog.png'), new Uint8Array(await blob.arrayBuffer()), bitmap, image,
          { width, height, data }, new URL('/pictures/dog.png', location.href), URL.createObjectURL(blob)];
        return model.classify(forms, ${labelled});`,
      );
      expect(answers).toHaveLength(8);
      for (const answer of answers) expect(answer).toEqual(inNode.dog);
    }));

  test('a folder that a person has chosen is a model: its files, or its handle', () =>
    visiting({}, async (visit) => {
      await visit.page.setInputFiles('input', join(root, 'weights/internvl-nano'));
      const answers = await visit.run(
        'page',
        `const chosen = document.querySelector('input').files;
        const storage = await navigator.storage.getDirectory(); // a folder as one is given by showDirectoryPicker()
        const folder = await storage.getDirectoryHandle('models', { create: true });
        const inside = await folder.getDirectoryHandle('nano', { create: true });
        for (const file of chosen) {
          const copy = await (await inside.getFileHandle(file.name, { create: true })).createWritable();
          await copy.write(file);
          await copy.close();
        }
        const classify = async (...source) => {
          const model = await InternVL.fromPretrained(...source);
          const answer = await model.classify('/pictures/dog.png', ${labelled});
          await model.dispose();
          return [model.source, answer];
        };
        return [await classify(chosen), await classify(inside), await classify(folder, { subfolder: 'nano' })];`,
      );
      const names = ['internvl-nano', 'nano', 'models/nano'];
      expect(answers).toEqual(names.map((name) => [name, inNode.dog]));
      expect(visit.requests.filter((path) => path.startsWith('/weights'))).toEqual([]);
    }));
});
