/** Pages that use the whole model from the bundle: by a script tag, and in a module worker. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { builtPackage } from '../package/built-package.js';
import { type StaticOptions, type StaticSite, serveStatic } from './static-site.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** In a page and in its worker: what a user would write, with the answer sent as JSON. */
const answers = `
  import * as internvl from '/internvl/internvl.js';
  const { InternVL } = internvl;
  const run = (code) => new (async () => {}).constructor('InternVL', 'internvl', code)(InternVL, internvl);
  const answer = async (code) => {
    try { return { result: JSON.stringify(await run(code)) }; }
    catch (error) { return { error: error.name + ': ' + error.message }; }
  };`;

const texts = {
  '/': `<!doctype html><title>internvl</title><link rel="icon" href="data:,">
<input type="file" webkitdirectory>
<script type="module">${answers}
  window.inPage = answer;
  const worker = new Worker('/worker.js', { type: 'module' });
  window.inWorker = (code) => new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.postMessage(code);
  });
</script>`,
  '/worker.js': `${answers}
  onmessage = async ({ data }) => postMessage(await answer(data));`,
};

/** Serves the bundle, the weights of the repository and its pictures. */
export function serveModel(options: Partial<StaticOptions> = {}): Promise<StaticSite> {
  const folders = {
    '/internvl/': join(builtPackage(), 'dist', 'browser'),
    '/weights/nano/': join(root, 'weights', 'internvl-nano'),
    '/pictures/': join(root, 'docs', 'pictures'),
    '/images/': join(root, 'test', 'fixtures', 'image'),
  };
  return serveStatic({ folders, ...options, texts: { ...texts, ...options.texts } });
}
