/** Threads of an engine in a browser, started by the worker that the engine lives in. */
import { EngineError } from './engine-error.js';
import type { StartThread } from './thread-starter.js';

/**
 * What ends a thread here is its script that cannot be loaded, of which an event tells: while none arrives, for
 * the event loop stands still, a thread counts as alive. Traps leave a flag in shared memory.
 */
export const startThread: StartThread = (start) => {
  const worker = startWorker();
  let isAlive = true;
  worker.addEventListener('error', (event) => {
    event.preventDefault(); // whoever waits for the thread is told
    isAlive = false;
  });
  worker.postMessage(start);
  return {
    isAlive: () => isAlive,
    end: async () => worker.terminate(),
  };
};

/** One expression, for bundlers look for it. */
function startWorker(): Worker {
  try {
    return new Worker(new URL('./thread.browser.mjs', import.meta.url), { type: 'module' });
  } catch (error) {
    throw new EngineError(`expected to start a thread, got ${String(error)}; threads: 1 needs none`);
  }
}
