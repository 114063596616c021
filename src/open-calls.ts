/** The calls that use a model's weights now: they are freed after the last of them. */
import { runningEngine } from './backend/engine.js';
import { checkDevice } from './backend/webgpu.js';
import { EngineError } from './simd/engine-error.js';

export class OpenCalls {
  readonly #running = new Set<Promise<unknown>>();
  #isEnded = false;

  /** The result of `call`. */
  async wait<T>(call: Promise<T>): Promise<T> {
    this.#running.add(call);
    try {
      const result = await call;
      checkDevice(); // a GPU that failed answers with zeros
      return result;
    } catch (error) {
      await recoverFrom(error);
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
      for await (const result of results) {
        checkDevice();
        yield result;
      }
    } catch (error) {
      await recoverFrom(error);
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

/**
 * An engine that failed is started again: the next call finds it alive.
 *
 * @throws DeviceError in place of what followed from it, when a GPU failed: only a new process has another one.
 */
async function recoverFrom(error: unknown): Promise<void> {
  checkDevice();
  if (error instanceof EngineError) await runningEngine()?.restart();
}
