/** What a run tells while it goes on: lines that stay, and for a person one line that is drawn anew. */

export interface Progress {
  /** A line that stays. */
  log(text: string): void;
  /** What is being done now; not told to a file. */
  update(text: string): void;
}

const CLEAR = '\r\u001b[2K';

export function progressOn(stream: { readonly isTTY?: boolean; write(text: string): unknown }): Progress {
  const clear = stream.isTTY ? CLEAR : '';
  return {
    log: (text) => void stream.write(`${clear}${text}\n`),
    update: (text) => {
      if (stream.isTTY) stream.write(`${CLEAR}    ${text}`);
    },
  };
}
