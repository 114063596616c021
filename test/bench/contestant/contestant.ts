/**
 * A process that takes part in a comparison. Number of threads and the like are settings of a whole process, so
 * each contestant has one of its own; they take turns, and those whose turn it is not are idle.
 */
import { type ChildProcess, fork } from 'node:child_process';

import type { Reply, Request, Sample } from './sampler.js';

/** Far above what any preparation or sample takes: a contestant that hangs is given up. */
const PATIENCE = 600_000;

export class Contestant {
  readonly #process: ChildProcess;
  readonly #name: string;
  #errors = '';
  /** It may be spinning, and has nothing to save. */
  readonly #end = (): void => void this.#process.kill('SIGKILL');

  /** Starts a process. Its complaints are kept for the message of a failure. */
  constructor(name: string) {
    this.#name = name;
    this.#process = fork(new URL('./process.ts', import.meta.url), {
      execArgv: ['--import', 'tsx'],
      serialization: 'advanced', // typed arrays
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    process.on('exit', this.#end);
    this.#process.stderr?.on('data', (text: Buffer) => {
      this.#errors = (this.#errors + text.toString()).slice(-2000);
    });
  }

  /** Loads the contestant's module and warms up. `work` is what one call of each of its samplers does. */
  async prepare(module: URL, settings: unknown): Promise<Extract<Reply, { kind: 'prepared' }>> {
    const reply = await this.#ask({ kind: 'prepare', module: module.href, settings });
    if (reply.kind !== 'prepared')
      throw new Error(`${this.#name}: expected to be prepared, got ${reply.kind}`);
    return reply;
  }

  async sample(sampler: string): Promise<Sample> {
    const reply = await this.#ask({ kind: 'sample', sampler });
    if (reply.kind !== 'sample') throw new Error(`${this.#name}: expected a sample, got ${reply.kind}`);
    return reply.sample;
  }

  end(): void {
    process.off('exit', this.#end);
    this.#end();
  }

  /** @throws Error when the contestant failed, ended or did not answer. */
  #ask(request: Request): Promise<Reply> {
    const child = this.#process;
    const doing = request.kind === 'sample' ? request.sampler : request.kind;
    return new Promise((resolve, reject) => {
      const finish = (problem: string | undefined, reply?: Reply) => {
        clearTimeout(timer);
        child.off('message', onMessage).off('exit', onExit);
        if (reply) resolve(reply);
        else reject(new Error(`${this.#name}, ${doing}: ${problem}`));
      };
      const onMessage = (reply: Reply) =>
        reply.kind === 'failed' ? finish(reply.message) : finish(undefined, reply);
      const onExit = (code: number | null, signal: string | null) =>
        finish(`its process ended with ${signal ?? code}\n${this.#errors}`.trimEnd());
      const timer = setTimeout(() => finish(`no answer within ${PATIENCE / 1000} s`), PATIENCE);
      child.on('message', onMessage).on('exit', onExit);
      if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode);
      else child.send(request);
    });
  }
}
