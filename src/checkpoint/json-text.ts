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
  if (duplicate !== undefined)
    throw new Error(`expected each name once, got ${JSON.stringify(duplicate)} twice`);
  return value;
}

/** The first key that occurs twice in one object of a valid JSON text, or undefined. */
function duplicateKey(json: string): string | undefined {
  const open: (Set<string> | undefined)[] = []; // keys seen in each open object; undefined: an array
  const tokens = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/gs;
  for (const [token, colon] of json.matchAll(tokens)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const key: string = JSON.parse(token.slice(0, -colon.length));
      const keys = open.at(-1);
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}
