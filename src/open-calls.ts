/** The calls that use a model's weights now: they are freed after the last of them. */
import { runningEngine } from './backend/engine.js';
import { EngineError } from './simd/engine-error.js';

export class OpenCalls {
  readonly #running = new Set<Promise<unknown>>();

  /** The result of `call`. */
  async wait<T>(call: Promise<T>): Promise<T> {
    this.#running.add(call);
    try {
      return await call;
    } catch (error) {
      await restartEngineAfter(error);
      throw error;
    } finally {
      this.#running.delete(call);
    }
  }

  /** The same for results that come one by one; leaving the loop ends the call. */
  async *each<T>(results: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    let end = (): void => {};
    const running = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#running.add(running);
    try {
      yield* results;
    } catch (error) {
      await restartEngineAfter(error);
      throw error;
    } finally {
      this.#running.delete(running);
      end();
    }
  }

  /** Waits until no call is left, however each of them ends. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#running);
  }
}

/** An engine that failed is started again: the next call finds it alive. */
async function restartEngineAfter(error: unknown): Promise<void> {
  if (error instanceof EngineError) await runningEngine()?.restart();
}
