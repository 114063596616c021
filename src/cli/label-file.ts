/** The words of `--labels-file`. */
import { checkDistinct, decodeUtf8, parseList } from '../tasks/lists.js';
import { readInput } from './files.js';

/** @throws Error naming the file when it is missing, not UTF-8, empty, or names a word twice. */
export async function readLabelsFile(path: string, signal: AbortSignal): Promise<string[]> {
  const labels = await readListFile(path, signal);
  checkDistinct(labels, path);
  return labels;
}

/** One entry a line, or a JSON array; the same one may stand twice. */
export async function readListFile(path: string, signal: AbortSignal): Promise<string[]> {
  return parseList(decodeUtf8(await readInput(path, signal), path), path);
}
