/**
 * Where a command writes: results to stdout, everything else to stderr; colour and progress only for a
 * person.
 */
import type { TerminalSize } from '../visual/cells.js';

interface Stream {
  write(text: string | Uint8Array, done?: (error?: Error | null) => void): boolean;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface TerminalOptions {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** The two streams of a run and what its reader can see. */
export class Terminal {
  readonly signal: AbortSignal;
  readonly env: TerminalOptions['env'];
  readonly columns: number;
  quiet = false;
  noProgress = false;
  readonly #stdout: Stream;
  readonly #stderr: Stream;

  constructor({ stdout, stderr, env, signal }: TerminalOptions) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.env = env;
    this.signal = signal;
    this.columns = stdout.columns ?? 80;
  }

  /** Writes a result; resolves when the reader has taken it. */
  print(text: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stdout.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }

  printJson(value: unknown): Promise<void> {
    return this.print(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** A remark for the person at the terminal. */
  note(line: string): void {
    if (!this.quiet) this.#stderr.write(`${line}\n`);
  }

  /** A picture of lines, for the person at the terminal. */
  show(lines: readonly string[]): void {
    if (!this.quiet) this.#stderr.write(lines.map((line) => `${line}\n`).join(''));
  }

  /** What such a picture has to fit in. */
  get size(): TerminalSize {
    return { columns: this.#stderr.columns || 80, isColoured: hasColour(this.#stderr, this.env) };
  }

  /** The reason of a failure; said even when quiet. */
  complain(line: string): void {
    this.#stderr.write(`${line}\n`);
  }

  /** Redraws the current line of stderr, if a person watches it. */
  redraw(line: string): void {
    if (this.showsProgress) this.#stderr.write(`\r\u001b[K${line}`);
  }

  get showsProgress(): boolean {
    return this.#stderr.isTTY === true && !this.quiet && !this.noProgress && this.env.TERM !== 'dumb';
  }

  dim(text: string): string {
    return this.#styled(text, 2, 22);
  }

  bold(text: string): string {
    return this.#styled(text, 1, 22);
  }

  #styled(text: string, on: number, off: number): string {
    return hasColour(this.#stdout, this.env) ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  }
}

/** On a terminal, where https://no-color.org does not forbid it; or where https://force-color.org asks for it. */
function hasColour({ isTTY }: Stream, { FORCE_COLOR, NO_COLOR, TERM }: TerminalOptions['env']): boolean {
  if (FORCE_COLOR) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return isTTY === true && !NO_COLOR && TERM !== 'dumb';
}
