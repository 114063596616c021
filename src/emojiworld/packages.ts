/**
 * The npm packages EmojiWorld is made of: icon sets and the names of emoji in many languages.
 *
 * They are development dependencies and read only when asked for, so that the package works without them.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** The path of a file of a development dependency, e.g. `@iconify-json/noto/icons.json`. */
export function packageFile(name: string): string {
  try {
    return require.resolve(name);
  } catch (cause) {
    const message = `EmojiWorld needs ${name}, which is not installed: run \`npm ci\` in a clone of the repository`;
    throw new Error(message, { cause });
  }
}

/** A JSON file of a development dependency; the caller states its form. */
export async function packageJson<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(packageFile(name), 'utf8')) as T; // files of pinned packages
}

/** The installed version of the development dependency that has `file` in its first folder. */
export async function packageVersion(file: string): Promise<string> {
  const path = join(dirname(packageFile(file)), 'package.json'); // not every package exports its package.json
  return (JSON.parse(await readFile(path, 'utf8')) as { version: string }).version;
}
