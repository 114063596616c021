/**
 * Gradients of the matrix product y = A·B: dA = dy·Bᵀ and dB = Aᵀ·dy.
 *
 * tfjs multiplies two untransposed matrices about ten times as fast as anything else (XNNPACK). So transposes
 * are made explicitly, and a tensor of higher rank that meets one matrix is seen as one tall matrix.
 */
import * as tf from '@tensorflow/tfjs-core';

import { product, sumTo } from './broadcast.js';
import { pair, single } from './define.js';

interface Product {
  readonly a: tf.Tensor;
  readonly b: tf.Tensor;
  readonly dy: tf.Tensor;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Rows of a matrix, or its columns, which are the rows of the transposed one. */
const sideOf = (x: tf.Tensor, ofColumns: boolean): number => x.shape[x.rank - (ofColumns ? 1 : 2)] ?? 1;
const isOneMatrix = (x: tf.Tensor): boolean => x.size === sideOf(x, false) * sideOf(x, true);
const matrix = (x: tf.Tensor): tf.Tensor2D => tf.reshape(x, [-1, sideOf(x, true)]);
const transposed = (x: tf.Tensor2D): tf.Tensor2D => tf.transpose(x, [1, 0]);

/** The last two axes exchanged. */
function swapped(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

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
  const dA = transposeA ? batched(b, dy, transposeB, true) : batched(dy, b, false, !transposeB);
  return sumTo(dA, a.shape);
}

function batchedDb({ a, b, dy, transposeA, transposeB }: Product): tf.Tensor {
  const dB = transposeB ? batched(dy, a, true, transposeA) : batched(a, dy, !transposeA, false);
  return sumTo(dB, b.shape);
}

/** Multiply-adds from which the fast path makes up for a call per product (measured: equal at 16·16·48). */
const LARGE_PRODUCT = 2 ** 14;

/** Products of equally many matrices: large ones one by one on the fast path, else tfjs's batched product. */
function batched(a: tf.Tensor, b: tf.Tensor, transposeA: boolean, transposeB: boolean): tf.Tensor {
  const lead = a.shape.slice(0, -2);
  const [rows, columns] = [sideOf(a, transposeA), sideOf(b, !transposeB)];
  const isSameBatch = a.rank === b.rank && lead.every((n, i) => n === b.shape[i]);
  if (!isSameBatch || (a.size / product(lead)) * columns < LARGE_PRODUCT) {
    return tf.matMul(a, b, transposeA, transposeB);
  }
  const lefts = tf.split(matrix(transposeA ? swapped(a) : a), product(lead));
  const rights = tf.split(matrix(transposeB ? swapped(b) : b), product(lead));
  const products = lefts.map((left, i) => tf.matMul(left, rights[i] as tf.Tensor2D)); // equally many
  return tf.reshape(tf.concat(products, 0), [...lead, rows, columns]);
}

/** [… M K] · [… K N] → [… M N], either of them transposed on request, leading axes broadcast. */
export const matMulGradient: tf.GradConfig = {
  kernelName: tf.BatchMatMul,
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, saved, attributes) => {
    const [a, b] = pair(saved);
    const { transposeA, transposeB } = attributes as unknown as tf.BatchMatMulAttrs; // of this kernel
    const operands: Product = { a, b, dy: single(dy), transposeA, transposeB };
    const oneMatrix = isOneMatrix(b) && (!transposeA || isOneMatrix(a));
    return {
      a: () => (oneMatrix ? matrixDa(operands) : batchedDa(operands)),
      b: () => (oneMatrix ? matrixDb(operands) : batchedDb(operands)),
    };
  },
};
