/**
 * One file of rasterised icons: a line of JSON that lists them, then their pixels one after the other.
 *
 * Its name carries a hash of everything the pixels depend on (package versions, size, concepts, styles), so a
 * cache is never stale; it is written beside its place and renamed, so it is never half there.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Concept } from './concepts.js';
import type { Icon, Style } from './icons.js';
import { packageVersion } from './packages.js';

const FORMAT = 'emojiworld-icons-3'; // counted up when drawing or layout change

type Listing = readonly (readonly [concept: string, style: Style])[];

/** 16 hexadecimal digits that change with anything the pixels depend on. */
export async function cacheKey(
  concepts: readonly Concept[],
  styles: readonly Style[],
  size: number,
): Promise<string> {
  const files = [
    '@resvg/resvg-wasm/index_bg.wasm',
    ...styles.map((style) => `@iconify-json/${style}/icons.json`),
  ];
  const versions = await Promise.all(files.map(packageVersion));
  const hash = createHash('sha256');
  hash.update(JSON.stringify([FORMAT, size, files, versions, concepts.map((concept) => concept.id)]));
  return hash.digest('hex').slice(0, 16);
}

/**
 * The icons of a cache file, as views of one buffer; `undefined` when there is no such file.
 *
 * @throws Error when the file is not a cache of this size, with the remedy.
 */
export async function readIconCache(file: string, size: number): Promise<Icon[] | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const start = bytes.indexOf('\n') + 1;
  const listing = parseListing(bytes.subarray(0, start).toString('utf8'), file);
  const each = size * size * 4;
  if (bytes.length !== start + listing.length * each) {
    const expected = start + listing.length * each;
    throw new RangeError(`${file}: expected ${expected} bytes, got ${bytes.length}; delete the file`);
  }
  return listing.map(([concept, style], i) => {
    const at = start + i * each;
    return { concept, style, size, rgba: bytes.subarray(at, at + each) };
  });
}

export async function writeIconCache(file: string, icons: readonly Icon[]): Promise<void> {
  const listing: Listing = icons.map(({ concept, style }) => [concept, style]);
  const header = Buffer.from(`${JSON.stringify([FORMAT, listing])}\n`);
  const unfinished = `${file}.${process.pid}.tmp`;
  await mkdir(dirname(file), { recursive: true });
  try {
    await writeFile(unfinished, Buffer.concat([header, ...icons.map((icon) => icon.rgba)]));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

function parseListing(line: string, file: string): Listing {
  try {
    const [format, listing] = JSON.parse(line) as [string, Listing]; // written by writeIconCache
    if (format === FORMAT) return listing;
  } catch {} // not JSON: the same remedy as another format
  throw new Error(`${file}: expected a cache of format ${FORMAT}; delete the file`);
}
