/** How a thread is started: `worker_threads` in Node, `Worker` in a browser. */
import { isNode } from './platform.js';

/** What a thread is told. */
export interface ThreadStart {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly control: number;
  /** Address of its flag that says that its kernel has trapped. */
  readonly fault: number;
  /** 1, 2, … */
  readonly thread: number;
  /** How often it looks for work before it falls asleep. */
  readonly polls: number;
}

export interface ThreadHandle {
  /** Answers at once, also while the event loop stands still. `isUp`: it has said that it works. */
  isAlive(isUp: boolean): boolean;
  /** Resolves when it is gone. */
  end(): Promise<void>;
}

export type StartThread = (start: ThreadStart) => ThreadHandle;

export async function threadStarter(): Promise<StartThread> {
  const starter = isNode ? await import('./node-thread.js') : await import('./browser-thread.js');
  return starter.startThread;
}
