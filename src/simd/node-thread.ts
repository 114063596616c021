/** Threads of an engine in Node. They keep no process alive. */
import { Worker } from 'node:worker_threads';

import type { StartThread } from './thread-starter.js';

export const startThread: StartThread = (start) => {
  const worker = new Worker(new URL('./thread.node.mjs', import.meta.url), {
    workerData: start,
    execArgv: [], // the host's may hold --input-type or loaders, which a thread cannot take
  });
  let isGone = false;
  let isOnline = false; // before, it cannot be asked
  worker.once('online', () => {
    isOnline = true;
  });
  worker.once('exit', () => {
    isGone = true;
  });
  worker.on('error', () => {}); // noticed by whoever waits for it
  worker.unref();
  return {
    isAlive: (isUp) => !isGone && !(isUp && isOnline && hasEnded(worker)),
    end: async () => void (await worker.terminate()),
  };
};

/**
 * Asks the thread itself, for no event arrives while the event loop stands still: one that runs has been active
 * for some time; one that has ended says −1 idle, or nothing at all if it was never asked before. In Deno every
 * thread says nothing: there the event alone tells.
 */
function hasEnded({ performance }: Worker): boolean {
  if (process.versions.deno !== undefined) return false;
  const { idle, active } = performance.eventLoopUtilization();
  return idle === -1 || active === 0;
}
