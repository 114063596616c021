/**
 * JSON of files that may come from anyone: strict where `JSON.parse` is silent, and with errors of one line.
 */

/**
 * The value of a JSON text.
 *
 * @throws Error for what is no JSON, and for a key that stands twice in one object (`JSON.parse` keeps the
 *   last).
 */
export function parseJsonText(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    // The problem quotes the text, line feeds and all.
    throw new Error(`expected JSON, got ${problem.replace(/\s+/g, ' ')}`);
  }
  const duplicate = duplicateKey(text);
  if (duplicate !== undefined) throw new Error(`expected each name once, got ${shown(duplicate)} twice`);
  return value;
}

/** A value of unknown origin as it may stand in a message: JSON, and not at length. */
export function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 80);
}

/** The first key that occurs twice in one object of a valid JSON text, or undefined. */
function duplicateKey(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = []; // keys seen in each open object; undefined: an array
  const colon = /\s*:/y;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === '{') open.push(new Set());
    else if (character === '[') open.push(undefined);
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const end = stringEnd(json, at);
      colon.lastIndex = end;
      if (colon.test(json)) {
        const key: string = JSON.parse(json.slice(at, end));
        if (open.at(-1)?.has(key)) return key;
        open.at(-1)?.add(key);
      }
      at = end - 1;
    }
  }
  return undefined;
}

/**
 * Where the string that begins at `start` has ended: behind the first quote with an even number of \ before
 * it.
 */
function stringEnd(json: string, start: number): number {
  for (let quote = json.indexOf('"', start + 1); ; quote = json.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (json[quote - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return quote + 1;
  }
}
