/** Lists that people write: labels and texts, one a line or as a JSON array, in UTF-8. */

/**
 * The text of a file, strictly UTF-8; a byte order mark is dropped.
 *
 * @throws Error naming the file when it is UTF-16 or not UTF-8, with the command that converts it.
 */
export function decodeUtf8(bytes: Uint8Array, name: string): string {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16)
    throw new Error(`${name}: expected UTF-8 text, got UTF-16; convert it: iconv -f UTF-16 -t UTF-8`);
  if (bytes.includes(0)) throw new Error(`${name}: expected UTF-8 text, got binary data (a zero byte)`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const line = lineOfFirstBadByte(bytes);
    throw new Error(
      `${name}: expected UTF-8 text, got other bytes in line ${line}; if it is Latin-1: iconv -f LATIN1 -t UTF-8`,
      { cause: error },
    );
  }
}

/**
 * The entries of a list: a JSON array of strings, or one a line (blank lines do not count, spaces around are
 * cut). An empty string in an array is refused: leaving it out would move all that follow.
 *
 * @throws Error naming the file when it has no entry, an empty one, or JSON that is no array of strings.
 */
export function parseList(text: string, name: string): string[] {
  const isJson = /^\s*[[{]/.test(text);
  const lines = () => text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  const list = (isJson ? jsonEntries(text, name) : lines()).map((entry) => entry.trim());
  if (list.length === 0)
    throw new Error(`${name}: expected one entry a line or a JSON array, got an empty list`);
  const empty = list.indexOf('');
  if (empty >= 0) throw new Error(`${name}: expected text, got nothing as entry ${empty + 1}; remove it`);
  return list;
}

/** @throws Error naming both places when an entry stands twice. */
export function checkDistinct(list: readonly string[], name: string): void {
  const places = new Map<string, number>();
  for (const [i, entry] of list.entries()) {
    const first = places.get(entry);
    if (first !== undefined) {
      throw new Error(`${name}: '${entry}' stands twice, as entries ${first + 1} and ${i + 1}; remove one`);
    }
    places.set(entry, i);
  }
}

function jsonEntries(text: string, name: string): string[] {
  const value = parseJson(text, name);
  if (!Array.isArray(value)) throw new Error(`${name}: expected a JSON array of strings`);
  const wrong = value.findIndex((entry) => typeof entry !== 'string');
  if (wrong >= 0)
    throw new Error(`${name}: expected strings, got ${JSON.stringify(value[wrong])} as entry ${wrong + 1}`);
  return value;
}

/** JSON whose error names the file. */
export function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${name}: expected JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

function lineOfFirstBadByte(bytes: Uint8Array): number {
  let line = 1;
  let start = 0;
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
    if (!isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
    line++;
  }
  return line;
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** @throws TypeError for anything but texts: a number would be embedded as its digits. */
export function checkStrings(list: readonly unknown[], what: string): void {
  const wrong = list.findIndex((entry) => typeof entry !== 'string');
  if (wrong >= 0) throw new TypeError(`${what}: expected strings, got ${String(list[wrong])}`);
}

/** Whether the caller gave several. */
export function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

/** One is a list of one. */
export function listOf<T>(value: T | readonly T[]): readonly T[] {
  return isList(value) ? value : [value];
}
