/** Text that a model wrote, as a line of a terminal. */

/** Line breaks, tabs and what else steers a terminal become spaces. */
export const oneLine = (text: string): string => text.replace(/\p{Cc}/gu, ' ');

/** The pieces of `text.trim()` for those of `text`: white space is held back until something follows it. */
export async function* trimmed(pieces: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let held: string | undefined; // undefined until the text has begun
  for await (const piece of pieces) {
    const text = held === undefined ? piece.trimStart() : held + piece;
    if (text === '') continue;
    const end = text.trimEnd();
    held = text.slice(end.length);
    if (end !== '') yield end;
  }
}
