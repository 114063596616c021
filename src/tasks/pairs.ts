/** Which texts belong to which picture: the ground truth of a retrieval, from a TSV or JSON file. */
import { parseJson } from './lists.js';

export interface Pair {
  readonly image: string;
  readonly text: string;
}

/**
 * Reads pairs from `image<TAB>text` lines, or from JSON: `[{ "image": "a.png", "text": "…" | ["…", "…"] },
 * …]` or `{ "a.png": "…" | ["…", "…"], … }`. A picture may have several texts.
 *
 * @throws Error naming the file and the entry that is neither.
 */
export function parsePairs(text: string, name: string): Pair[] {
  const pairs = /^\s*[[{]/.test(text) ? jsonPairs(parseJson(text, name), name) : tsvPairs(text, name);
  if (pairs.length === 0) throw new Error(`${name}: expected image<TAB>text lines or JSON, got no pair`);
  return pairs;
}

function tsvPairs(text: string, name: string): Pair[] {
  return text.split(/\r\n|\n|\r/).flatMap((line, i) => {
    if (line.trim() === '') return [];
    const [image, ...rest] = line.split('\t');
    const caption = rest.join('\t').trim();
    if (!image || caption === '') {
      throw new Error(`${name}: expected image<TAB>text in line ${i + 1}, got '${line.slice(0, 60)}'`);
    }
    return [{ image: image.trim(), text: caption }];
  });
}

function jsonPairs(value: unknown, name: string): Pair[] {
  if (Array.isArray(value))
    return value.flatMap((entry, i) => pairsOfEntry(entry, `${name}: entry ${i + 1}`));
  return Object.entries(value as object).flatMap(([image, text]) =>
    pairsOf(image, text, `${name}: ${image}`),
  );
}

function pairsOfEntry(entry: unknown, where: string): Pair[] {
  if (typeof entry === 'object' && entry !== null && 'image' in entry && 'text' in entry) {
    return pairsOf(entry.image, entry.text, where);
  }
  throw new Error(`${where}: expected { "image": …, "text": … }, got ${JSON.stringify(entry)}`);
}

function pairsOf(image: unknown, text: unknown, where: string): Pair[] {
  const texts: unknown[] = Array.isArray(text) ? text : [text];
  return texts.map((one) => {
    if (typeof image !== 'string' || typeof one !== 'string') {
      throw new Error(
        `${where}: expected a picture's name and its text or texts, got ${JSON.stringify(one)}`,
      );
    }
    return { image, text: one };
  });
}
