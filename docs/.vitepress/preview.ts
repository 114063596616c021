/** `npm run docs:preview [PORT]`: serves the site that `npm run docs:build` made. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './repository.js';
import { serveFolder } from './static-server.js';

const folder = join(root, 'docs/.vitepress/dist');
const port = Number(process.argv[2] ?? 4173);
if (existsSync(folder)) {
  await serveFolder(folder, port);
  process.stdout.write(`http://localhost:${port}/\n`);
} else {
  process.stderr.write(`${folder}: expected a built site, got none: npm run docs:build\n`);
  process.exitCode = 1;
}
