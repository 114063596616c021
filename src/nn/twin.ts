/**
 * The seam between an operation and its faster twin: a kernel of the same name in tfjs's registry, for the
 * backend that runs (`src/simd/twins` has those of the wasm backend). The composed form is the specification;
 * where there is no twin, it is what runs.
 */
import * as tf from '@tensorflow/tfjs-core';

export type TwinInputs = Readonly<Record<string, tf.Tensor | undefined>>;
export type TwinAttributes = Readonly<Record<string, unknown>>;
/**
 * Runs the kernel; it is recorded for gradients like any tfjs operation. Of several results the first is the
 * value, the others are kept for the gradient.
 */
export type Twin = (inputs: TwinInputs, attributes?: TwinAttributes) => tf.Tensor;

let composedOnly = 0;

/** The twin of operation `name`, or undefined where there is none (or `withoutTwins` forbids it). */
export function twin(name: string): Twin | undefined {
  if (composedOnly > 0 || tf.getKernel(name, tf.getBackend()) == null) return undefined;
  return (inputs, attributes = {}) => {
    const given = Object.entries(inputs).filter(([, tensor]) => tensor !== undefined);
    const gone = given.find(([, tensor]) => tensor?.isDisposed);
    if (gone) throw new Error(`${name}: expected a tensor ${gone[0]}, got one that was disposed`);
    const attrs = attributes as unknown as tf.NamedAttrMap; // they are known to the kernel alone
    const result = tf.engine().runKernel(name, Object.fromEntries(given) as tf.NamedTensorMap, attrs);
    if (!Array.isArray(result)) return result as tf.Tensor;
    const [value, ...others] = result as [tf.Tensor, ...tf.Tensor[]];
    tf.dispose(others); // a gradient that needs them holds its own
    return value;
  };
}

/** Whether a gradient is being recorded now. */
export function isRecording(): boolean {
  return tf.engine().isTapeOn();
}

/** Runs `fn` (until its promise settles, if it gives one) with composed forms only: to compare with. */
export function withoutTwins<T>(fn: () => T): T {
  composedOnly++;
  let isPending = false;
  try {
    const result = fn();
    isPending = result instanceof Promise;
    return isPending ? (ended(result as Promise<unknown>) as T) : result;
  } finally {
    if (!isPending) composedOnly--;
  }
}

async function ended<T>(result: Promise<T>): Promise<T> {
  try {
    return await result;
  } finally {
    composedOnly--;
  }
}
