/**
 * Gradients of the matrix product y = A·B: dA = dy·Bᵀ and dB = Aᵀ·dy.
 *
 * tfjs multiplies two untransposed matrices about ten times as fast as anything else (XNNPACK), so the transposes are
 * made explicitly, and a tensor of higher rank that meets one matrix is seen as one tall matrix.
 */
import * as tf from '@tensorflow/tfjs-core';

import { sumTo } from './broadcast.js';
import { pair, single } from './define.js';

interface Product {
  readonly a: tf.Tensor;
  readonly b: tf.Tensor;
  readonly dy: tf.Tensor;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const columns = (x: tf.Tensor): number => x.shape[x.rank - 1] ?? 1;
const isOneMatrix = (x: tf.Tensor): boolean => x.size === columns(x) * (x.shape[x.rank - 2] ?? 1);
const matrix = (x: tf.Tensor): tf.Tensor2D => tf.reshape(x, [-1, columns(x)]);
const transposed = (x: tf.Tensor2D): tf.Tensor2D => tf.transpose(x, [1, 0]);

/** aᵀ·b for tall matrices: [M, K], [M, N] → [K, N]. Of the two the narrower is transposed. */
function transposedTimes(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return b.shape[1] < a.shape[1] ? transposed(tf.matMul(transposed(b), a)) : tf.matMul(transposed(a), b);
}

function matrixDa({ a, b, dy, transposeA, transposeB }: Product): tf.Tensor {
  const dA: tf.Tensor2D = tf.matMul(matrix(dy), transposeB ? matrix(b) : transposed(matrix(b)));
  return tf.reshape(transposeA ? transposed(dA) : dA, a.shape);
}

function matrixDb({ a, b, dy, transposeA, transposeB }: Product): tf.Tensor {
  const dB: tf.Tensor2D = transposeA
    ? tf.matMul(matrix(a), matrix(dy))
    : transposedTimes(matrix(a), matrix(dy));
  return tf.reshape(transposeB ? transposed(dB) : dB, b.shape);
}

function batchedDa({ a, b, dy, transposeA, transposeB }: Product): tf.Tensor {
  return sumTo(
    transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB),
    a.shape,
  );
}

function batchedDb({ a, b, dy, transposeA, transposeB }: Product): tf.Tensor {
  return sumTo(
    transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false),
    b.shape,
  );
}

/** [… M K] · [… K N] → [… M N], either of them transposed on request, leading axes broadcast. */
export const matMulGradient: tf.GradConfig = {
  kernelName: tf.BatchMatMul,
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, saved, attributes) => {
    const [a, b] = pair(saved);
    const { transposeA, transposeB } = attributes as { transposeA: boolean; transposeB: boolean }; // tf.BatchMatMulAttrs
    const product: Product = { a, b, dy: single(dy), transposeA, transposeB };
    const oneMatrix = isOneMatrix(b) && (!transposeA || isOneMatrix(a));
    return {
      a: () => (oneMatrix ? matrixDa(product) : batchedDa(product)),
      b: () => (oneMatrix ? matrixDb(product) : batchedDb(product)),
    };
  },
};
