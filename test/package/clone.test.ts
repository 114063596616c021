import { execFileSync } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

import { temporaryFolder } from './tiny-model.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const clone = temporaryFolder();
afterAll(clone.remove);

test('npx internvl works in a clone, building it when needed', () => {
  for (const name of ['package.json', 'tsconfig.json', '.ci', 'src']) {
    cpSync(join(root, name), join(clone.path, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(clone.path, 'node_modules'));
  const own = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)); // not those of this run's npm
  const env = {
    ...Object.fromEntries(own),
    npm_config_cache: join(clone.path, '.npm'),
    npm_config_offline: 'true',
  };
  const npx = (...args: string[]) => execFileSync('npx', args, { cwd: clone.path, env, encoding: 'utf8' });
  expect(npx('internvl', '--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(npx('internvl', 'classify', '--help')).toMatch(/^Usage: internvl classify/);
});
