/** Runs the built program as a person does: a child process with arguments, streams and an exit code. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

import { builtPackage } from '../package/built-package.js';

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What its stdin holds; it stays open when left out. */
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  /** Called when the program runs, e.g. to interrupt it. */
  readonly during?: (child: ChildProcess) => void;
}

/** `internvl argv…`, with no network and no colours from this terminal. */
export function internvl(argv: readonly string[], { input, cwd, during }: RunOptions = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const main = join(builtPackage(), 'dist', 'cli', 'main.js');
    const env = { ...process.env, HF_HUB_OFFLINE: '1', NO_COLOR: undefined, FORCE_COLOR: undefined };
    const child = spawn(process.execPath, [main, ...argv], { cwd, env });
    const text = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (chunk) => (text.stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk) => (text.stderr += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...text }));
    child.stdin.on('error', () => {}); // it may end without reading all
    if (input !== undefined) child.stdin.end(input);
    during?.(child);
  });
}
