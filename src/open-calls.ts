/** The calls that use a model's weights now: they are freed after the last of them. */
import { runningEngine } from './backend/engine.js';
import { EngineError } from './simd/engine-error.js';

export class OpenCalls {
  readonly #running = new Set<Promise<unknown>>();
  #isEnded = false;

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

  /**
   * The same for results that come one by one. The call begins with the first that is asked for and ends with the
   * loop: who stops asking without leaving it lets `ended` wait.
   *
   * @throws Error (while it runs) when it begins after `ended`.
   */
  async *each<T>(results: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
    if (this.#isEnded) throw new Error('this model was disposed before its answer was asked for');
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
    this.#isEnded = true;
    await Promise.allSettled(this.#running);
  }
}

/** An engine that failed is started again: the next call finds it alive. */
async function restartEngineAfter(error: unknown): Promise<void> {
  if (error instanceof EngineError) await runningEngine()?.restart();
}
