/**
 * The threads of an engine beyond the main one: started, watched, ended.
 *
 * While a job runs, the main thread waits inside it and sees no event. So a thread that dies is noticed through
 * shared memory (a trap leaves a flag) or by asking whether it is alive.
 */
import { EngineError } from './engine-error.js';
import type { Helpers, KernelExports } from './kernels.js';
import { type StartThread, type ThreadHandle, threadStarter } from './thread-starter.js';

// Offsets in `src/simd/assembly/control.ts`.
const LINES = 1024;
const LINE_BYTES = 64;
const MAIL = 0;
const READY = 2;
const QUIT = 4;
const FAULT = 5;

/** Looks at shared memory before the flags are checked: about 0.1 ms. */
const POLLS_OF_MAIN = 50_000;
/** Looks before a thread without work falls asleep: 1 to 3 ms, more than between the products of a model. */
const POLLS_OF_THREAD = 1_000_000;
/** A thread is asked whether it lives this often, ms. */
const CHECK_EVERY = 100;
/** The longest unit takes a fraction of a second; a thread that needs this long hangs, ms. */
const PATIENCE = 60_000;
/** The same as a number of checks: a process that was stopped for a while has waited for nothing. */
const MOST_CHECKS = PATIENCE / CHECK_EVERY;

export interface ThreadSetup {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: number;
  /** With the main thread: 1 … `MAX_THREADS`. */
  readonly count: number;
}

export class Threads implements Helpers {
  readonly count: number;
  readonly #lines: readonly Int32Array[];
  readonly #handles: readonly ThreadHandle[];
  #isOver = false;
  /** When it was last seen that all live, ms. */
  #checked = performance.now();

  private constructor({ memory, control, count }: ThreadSetup, handles: readonly ThreadHandle[]) {
    this.count = count;
    this.#handles = handles;
    this.#lines = handles.map((_, i) => lineOf(memory, control, i + 1));
  }

  /**
   * Starts threads 1 … count − 1. They take part from the moment they are up.
   *
   * @throws EngineError when one does not start; then none is left.
   */
  static async start(setup: ThreadSetup, starter?: StartThread): Promise<Threads> {
    const { module, memory, control, count } = setup;
    const startThread = starter ?? (await threadStarter());
    const handles: ThreadHandle[] = [];
    try {
      for (let thread = 1; thread < count; thread++) {
        const line = lineOf(memory, control, thread).fill(0);
        const fault = line.byteOffset + 4 * FAULT;
        handles.push(startThread({ module, memory, control, fault, thread, polls: POLLS_OF_THREAD }));
      }
    } catch (error) {
      await Promise.all(handles.map((handle) => handle.end()));
      if (error instanceof EngineError) throw error;
      throw new EngineError(`expected to start a thread, got ${String(error)}; threads: 1 needs none`);
    }
    return new Threads(setup, handles);
  }

  /** Resolves when all threads are up. @throws EngineError when one died, or is not up after a minute. */
  async ready(): Promise<void> {
    const since = performance.now();
    while (!this.#lines.every((_, i) => this.#isUp(i))) {
      this.#check();
      if (performance.now() - since > PATIENCE)
        throw new EngineError('expected the threads to start, got none in 60 s');
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  settle(exports: KernelExports): void {
    let checks = 0;
    for (;;) {
      const late = exports.settle(this.count, POLLS_OF_MAIN);
      this.#checkFlags();
      if (performance.now() - this.#checked > CHECK_EVERY) {
        this.#check(); // a dead thread takes no work, and so is missed by nobody
        this.#checked = performance.now();
        if (++checks > MOST_CHECKS) throw died(late, 'does not answer');
      }
      if (late === 0) return;
    }
  }

  /** Ends all threads. Resolves when they are gone. */
  async dispose(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const line of this.#lines) {
      Atomics.store(line, QUIT, 1);
      Atomics.add(line, MAIL, 1);
      Atomics.notify(line, MAIL);
    }
    await Promise.all(this.#handles.map((handle) => handle.end()));
  }

  #isUp(i: number): boolean {
    const line = this.#lines[i];
    return line !== undefined && Atomics.load(line, READY) !== 0;
  }

  /** @throws EngineError naming the thread whose kernel has trapped. */
  #checkFlags(): void {
    const trapped = this.#lines.findIndex((line) => Atomics.load(line, FAULT) !== 0);
    if (trapped >= 0) throw died(trapped + 1, 'has trapped');
  }

  #check(): void {
    this.#checkFlags();
    const gone = this.#handles.findIndex((handle, i) => !handle.isAlive(this.#isUp(i)));
    if (gone >= 0) throw died(gone + 1, 'was ended');
  }
}

const died = (thread: number, how: string): EngineError =>
  new EngineError(`expected thread ${thread} of the engine to finish, but it ${how}; restart() the engine`);

function lineOf(memory: WebAssembly.Memory, control: number, thread: number): Int32Array {
  return new Int32Array(memory.buffer, control + LINES + thread * LINE_BYTES, LINE_BYTES / 4);
}
