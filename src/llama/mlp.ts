/** LLaMA's gated feed-forward part. Official code: `LlamaMLP`. */
import * as tf from '@tensorflow/tfjs-core';

import { gatedSilu } from '../nn/activations.js';
import { type Linear, linear } from '../nn/linear.js';
import type { Tensor } from '../nn/tensor.js';

export interface GatedMlp {
  readonly gateProj: Linear; // [C, M], no biases
  readonly upProj: Linear; //   [C, M]
  readonly downProj: Linear; // [M, C]
}

/** (silu(x·W_gate) ⊙ x·W_up)·W_down: [B, T, C] → [B, T, C]. */
export function gatedMlp({ gateProj, upProj, downProj }: GatedMlp, x: Tensor<'B T C'>): Tensor<'B T C'> {
  return tf.tidy(() => linear(downProj, gatedSilu(linear(gateProj, x), linear(upProj, x))));
}
