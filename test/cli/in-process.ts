/** Runs `internvl` without a process of its own: quick, for everything that does not concern processes. */
import { run } from '../../src/cli/run.js';
import { Terminal } from '../../src/cli/terminal.js';
import type { Ended } from './program.js';

export interface InProcessOptions {
  /** Called after each write to stdout, e.g. to interrupt the run. */
  readonly onPrint?: (interrupt: AbortController) => void;
  readonly env?: Readonly<Record<string, string>>;
  /** Of stderr. */
  readonly columns?: number;
}

/** What `internvl argv…` writes, and its exit code; the streams are no terminals. */
export async function runInProcess(argv: readonly string[], options: InProcessOptions = {}): Promise<Ended> {
  const text = { stdout: '', stderr: '' };
  const interrupt = new AbortController();
  const stream = (name: 'stdout' | 'stderr') => ({
    write(chunk: string | Uint8Array, done?: (error?: Error | null) => void) {
      text[name] += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
      done?.();
      if (name === 'stdout') options.onPrint?.(interrupt);
      return true;
    },
  });
  const { signal } = interrupt;
  const { env = {}, columns } = options;
  const stderr = { ...stream('stderr'), ...(columns !== undefined && { columns }) };
  const terminal = new Terminal({ stdout: stream('stdout'), stderr, env, signal });
  const code = await run(terminal, argv);
  return { code, ...text };
}
