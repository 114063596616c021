/**
 * The Emscripten glue of the wasm backend adds `uncaughtException` and `unhandledRejection` listeners that
 * rethrow, so that a host program could no longer handle its own errors (tensorflow/tfjs#5851). They are
 * taken off again.
 */
const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/** The glue's listeners do nothing but throw their argument, some only when it is no `ExitStatus`. */
const RETHROWS = /^function\s*\((\w+)\)\s*\{\s*(if\s*\(!\(\1 instanceof \w+\)\)\s*\{?\s*)?throw \1/;

/**
 * Runs `start` and removes the listeners that rethrow and appeared meanwhile. What the host program adds in
 * that time stays.
 */
export async function withoutProcessHandlers<T>(start: () => Promise<T>): Promise<T> {
  if (typeof process === 'undefined' || typeof process.rawListeners !== 'function') return start();
  const before = EVENTS.map((event) => new Set<unknown>(process.rawListeners(event)));
  try {
    return await start();
  } finally {
    EVENTS.forEach((event, i) => {
      for (const listener of process.rawListeners(event)) {
        if (!before[i]?.has(listener) && RETHROWS.test(String(listener)))
          process.removeListener(event, listener as (...args: unknown[]) => void);
      }
    });
  }
}
