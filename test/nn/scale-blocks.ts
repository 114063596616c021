/** The smallest block there is: block i multiplies by i + 2. */
import * as tf from '@tensorflow/tfjs-core';

export interface Scale {
  readonly factor: tf.Tensor;
}

export const made = (i: number): Scale => ({ factor: tf.scalar(i + 2) });

/** The same, telling when it is freed. */
export function madeWith(i: number, onFree: () => void): Scale {
  const block = made(i);
  const { dispose } = block.factor;
  block.factor.dispose = () => {
    onFree();
    dispose.call(block.factor);
  };
  return block;
}

export const read = async (i: number): Promise<Scale> => made(i);

export const forward = ({ factor }: Scale, x: tf.Tensor): tf.Tensor => tf.mul(x, factor);
