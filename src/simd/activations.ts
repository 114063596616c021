/** Elementary functions over contiguous float32 numbers, forward and backward. */
import type { Kernels } from './kernels.js';
import { ops } from './ops.js';

/** Numbers a unit takes; `COUNT` of `assembly/activations.ts`. */
const UNIT = 4096;
const kinds = { gelu: 0, silu: 1, exp: 2 } as const;

interface Activation {
  /** Addresses; both may be the same. */
  readonly x: number;
  readonly y: number;
  readonly count: number;
  readonly kind: keyof typeof kinds;
}

/** y = f(x): x·Φ(x) for `gelu`, x·σ(x) for `silu`, eˣ for `exp`; [count] → [count]. */
export function activation(kernels: Kernels, { x, y, count, kind }: Activation): void {
  kernels.run({ op: ops.activation, units: Math.ceil(count / UNIT), fields: [x, y, count, kinds[kind]] });
}

interface ActivationBackward {
  /** Addresses; `dx` may be one of the others. */
  readonly x: number;
  readonly dy: number;
  readonly dx: number;
  readonly count: number;
  readonly kind: 'gelu' | 'silu';
}

/** dx = dy·f′(x): [count] → [count]. */
export function activationBackward(kernels: Kernels, { x, dy, dx, count, kind }: ActivationBackward): void {
  const fields = [x, dy, dx, count, kinds[kind]];
  kernels.run({ op: ops.activationBackward, units: Math.ceil(count / UNIT), fields });
}
