/** A window into a forward: every intermediate value has a name, for notebooks and for parity tests. */
import type { Tensor } from './tensor.js';

/**
 * Called as `tap?.('block.7', x)` where the value arises. The tensor belongs to the forward: keep a copy
 * (`tf.keep(x.clone())`) or read it at once (`x.dataSync()`), and never dispose it.
 */
export type Tap = (name: string, x: Tensor) => void;

/** A tap that puts `prefix.` before each name; undefined stays undefined: nothing is computed for it. */
export function tapUnder(tap: Tap | undefined, prefix: string): Tap | undefined {
  return tap && ((name, x) => tap(`${prefix}.${name}`, x));
}
