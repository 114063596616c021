// `npm ci`, `npm pack` and the first `npx internvl` in a clone all prepare: they build only what is out of date.
import { execSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const built = 'dist/cli/main.js';
const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).map((name) => join('src', name));
const newest = Math.max(
  ...[...sources, 'package.json', 'tsconfig.json'].map((path) => statSync(path).mtimeMs),
);

if (!existsSync(built) || statSync(built).mtimeMs < newest) execSync('npm run build', { stdio: 'inherit' });
