/** `--pairs`: which text describes which picture of a folder. */
import { basename } from 'node:path';

import { decodeUtf8 } from '../tasks/lists.js';
import { type Pair, parsePairs } from '../tasks/pairs.js';
import { readInput } from './files.js';

export const pairsOption = {
  kind: 'text',
  value: 'FILE',
  help: 'which text describes which picture: picture<TAB>text lines, or JSON [{ "image": …, "text": … }]',
} as const;

export async function readPairs(path: string, signal: AbortSignal): Promise<Pair[]> {
  return parsePairs(decodeUtf8(await readInput(path, signal), path), path);
}

/**
 * The picture that a pair names: by its path in the folder, or by its name alone.
 *
 * @throws Error naming `file` when no picture, or more than one, is called so.
 */
export function indexOfPicture(names: readonly string[], { image }: Pair, file: string): number {
  const exact = names.indexOf(image);
  if (exact >= 0) return exact;
  const [index, second] = [...names.keys()].filter((i) => basename(names[i] ?? '') === image);
  if (index === undefined) throw new Error(`${file}: no picture ${image} in the folder`);
  if (second === undefined) return index;
  const both = `${names[index]} and ${names[second]}`;
  throw new Error(`${file}: expected one picture ${image}, got ${both}; name it by its path in the folder`);
}
