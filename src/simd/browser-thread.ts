/** Threads of an engine in a browser, started by the worker that the engine lives in. */
import type { StartThread } from './thread-starter.js';

export const startThread: StartThread = (start) => {
  const worker = new Worker(new URL('./thread.browser.mjs', import.meta.url), { type: 'module' });
  let isAlive = true;
  worker.addEventListener('error', () => {
    isAlive = false;
  });
  worker.postMessage(start);
  return {
    isAlive: () => isAlive,
    end: async () => worker.terminate(),
  };
};
