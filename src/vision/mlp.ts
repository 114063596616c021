/** The feed-forward part of an InternViT block. Paper: §3.2, ViT.   Official code: `InternMLP`. */
import * as tf from '@tensorflow/tfjs-core';

import { type Linear, linear } from '../nn/linear.js';
import type { Tensor } from '../nn/tensor.js';

export interface Mlp {
  readonly fc1: Linear; // [C, 4C]
  readonly fc2: Linear; // [4C, C]
}

/** gelu(x·W₁ + b₁)·W₂ + b₂: [B, N, C] → [B, N, C]. */
export function mlp({ fc1, fc2 }: Mlp, x: Tensor<'B N C'>): Tensor<'B N C'> {
  return tf.tidy(() => linear(fc2, linear(fc1, x, 'gelu')));
}
