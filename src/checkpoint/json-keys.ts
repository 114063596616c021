/** `JSON.parse` keeps the last of two equal keys in silence; a checkpoint that names a tensor twice is refused. */

/** The first key that occurs twice in one object of a valid JSON text, or undefined. */
export function duplicateKey(json: string): string | undefined {
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
