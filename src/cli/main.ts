#!/usr/bin/env node
/** The program `internvl`: connects a run to the process, its streams and its signals. */
import { exitCodes } from './exit-code.js';
import { run } from './run.js';
import { Terminal } from './terminal.js';

const interrupt = new AbortController();
process.on('SIGINT', () => {
  if (interrupt.signal.aborted) process.exit(exitCodes.interrupted); // the second time, at once
  interrupt.abort();
});
process.on('SIGTERM', () => interrupt.abort());
process.stdout.on('error', () => {}); // a closed pipe rejects the write that met it; see run.ts

const { stdout, stderr, env } = process;
const terminal = new Terminal({ stdout, stderr, env, signal: interrupt.signal });
process.exitCode = await run(terminal, process.argv.slice(2));
