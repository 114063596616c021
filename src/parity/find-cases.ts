/**
 * Where the cases are: a path may be a whole set (it has `index.json`), a part of one, or the folder of one
 * case.
 *
 * A manifest names checkpoints relative to the root of its set, so the root is found too. Nothing a manifest
 * or an index names may lie outside that root.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import * as v from 'valibot';

import { parseJson } from './parse-json.js';

export interface CaseLocation {
  /** Root of the set that the case belongs to. */
  readonly root: string;
  readonly folder: string;
  /** Path of the case below the root. */
  readonly name: string;
  /** The module that the index announces. */
  readonly module?: string;
}

const indexSchema = v.object({
  format: v.literal('parity-index/1'),
  cases: v.array(v.object({ name: v.pipe(v.string(), v.minLength(1)), module: v.string() })),
});

/**
 * All cases at or below `path`, by name.
 *
 * @throws Error when the path does not exist, the index is malformed, or there is no case.
 */
export async function findCases(path: string): Promise<CaseLocation[]> {
  const folder = resolve(basename(path) === 'manifest.json' ? dirname(path) : path);
  const info = await stat(folder).catch(() => undefined);
  if (!info?.isDirectory()) throw new Error(`${path}: expected a folder of parity cases, got no such folder`);
  const root = await rootOf(folder);
  const indexed = root === undefined ? [] : await readIndex(root);
  const listed = indexed.filter((each) => isWithin(folder, each.folder));
  const found = listed.length > 0 ? listed : await walk(root ?? folder, folder);
  if (found.length === 0) {
    throw new Error(`${path}: expected index.json, manifest.json or folders with manifest.json, found none`);
  }
  return found;
}

/**
 * The absolute path of `path` seen from `base`, which must stay within `root`.
 *
 * @throws Error when it is absolute or leaves the set.
 */
export function resolveWithin(root: string, base: string, path: string): string {
  const target = resolve(base, path);
  if (path === '' || isAbsolute(path) || !isWithin(root, target)) {
    throw new Error(`expected a path within the set ${root}, got ${JSON.stringify(path)}`);
  }
  return target;
}

/** The nearest folder, from this one upward, with an index of parity cases. */
async function rootOf(folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const text = await readFile(join(at, 'index.json'), 'utf8').catch(() => undefined);
    if (text?.includes('parity-index/')) return at;
    if (dirname(at) === at) return undefined;
  }
}

async function readIndex(root: string): Promise<CaseLocation[]> {
  const where = join(root, 'index.json');
  const { cases } = parseJson(await readFile(where, 'utf8'), indexSchema, where);
  return cases.map(({ name, module }) => ({ root, folder: resolveWithin(root, root, name), name, module }));
}

/**
 * Folders with a manifest below `folder`, for a dump without an index: its root is the folder that was named.
 */
async function walk(root: string, folder: string): Promise<CaseLocation[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const own = entries.some((entry) => entry.isFile() && entry.name === 'manifest.json');
  const found: CaseLocation[] = own ? [{ root, folder, name: nameOf(root, folder) }] : [];
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  for (const name of folders.sort()) found.push(...(await walk(root, join(folder, name))));
  return found;
}

function nameOf(root: string, folder: string): string {
  return relative(root, folder).split(sep).join('/') || basename(folder);
}

function isWithin(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
