import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { builtPackage } from './package/built-package.js';
import { temporaryFolder } from './package/tiny-model.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const clone = temporaryFolder();

/** The code of all fenced blocks of a language. */
function blocks(page: string, language: string): string[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map(
    ([, code = '']) => code,
  );
}

/**
 * The commands of a page as they are run here: installed is already, what takes minutes only shows its help, and npx
 * (which builds a clone anew when it first runs there) gives way to the program that it would run.
 */
function commands(page: string): string[] {
  const lines = blocks(page, 'sh').flatMap((block) => block.split('\n'));
  return lines
    .map((line) => line.replace(/\s+#.*$/, '').replace(/^npm ci && /, ''))
    .filter((line) => line !== '' && !/^(npm (ci|test)|npx vitest)\b/.test(line))
    .map((line) => line.replace(/^npx internvl eval\b.*$/, 'npx internvl eval --help'))
    .map((line) => line.replace(/^npx internvl\b/, 'node dist/cli/main.js'));
}

/** A clone right after `npm ci`: the files of the repository, and a dist/ built from them. */
beforeAll(() => {
  const ours = ['.cache', '.git', 'dist'];
  for (const name of readdirSync(root)) {
    if (!ours.includes(name)) symlinkSync(join(root, name), join(clone.path, name));
  }
  symlinkSync(join(builtPackage(), 'dist'), join(clone.path, 'dist'));
});
afterAll(clone.remove);

/** Runs a program, without what the npm of this test run left in the environment. */
function run(file: string, args: string[], cwd = clone.path): Promise<{ stdout: string }> {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const env = { ...Object.fromEntries(own), HF_HUB_OFFLINE: '1' };
  return promisify(execFile)(file, args, { cwd, env });
}

describe.each(['README.md', 'docs/cli.md'])('%s', (page) => {
  test('has commands', () => {
    expect(commands(page).length).toBeGreaterThan(3);
  });

  test.each(commands(page))('%s', async (command) => {
    const { stdout } = await run('sh', ['-c', command]); // rejects unless the exit code is 0
    expect(stdout.length + Number(command.includes('--out'))).toBeGreaterThan(0);
  });
});

test('the demo shows picture, labels, probabilities and time, and the dog wins', async () => {
  const { stdout } = await run('npm', ['run', '--silent', 'demo'], builtPackage());
  expect(stdout).toMatch(/^docs\/pictures\/dog\.png\n +[\d.]+ % {2}dog /);
  expect(stdout).toMatch(/[\d.]+ m?s, of which [\d.]+ m?s to load the model/);
});

test('the program of the README runs as it stands', async () => {
  const [program = ''] = blocks('README.md', 'ts');
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  });
  writeFileSync(join(clone.path, 'readme.mjs'), outputText);
  const { stdout } = await run(process.execPath, ['readme.mjs']);
  expect(stdout).toMatch(/^dog 0\.\d+ /);
});
