/** Attention of one head as its formulas say it, in float64: what the kernels are compared with. */

/** An array of rows. */
export type Matrix = readonly Float64Array[];

export interface Head {
  /** [T, D], [K, D], [K, D]. */
  readonly q: Matrix;
  readonly k: Matrix;
  readonly v: Matrix;
  /** [T, K]. */
  readonly mask?: Matrix;
}

/** P = softmax(q·kᵀ/√D + mask), [T, K]. */
export function weightsInFloat64({ q, k, mask }: Head): Matrix {
  const root = Math.sqrt(q[0]?.length ?? 0);
  const scores = map(timesTransposed(q, k), (dot, t, j) => dot / root + (mask?.[t]?.[j] ?? 0));
  return scores.map((row) => {
    const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const powers = row.map((score) => Math.exp(score - largest));
    const sum = powers.reduce((a, b) => a + b, 0);
    return powers.map((power) => power / sum);
  });
}

/** out = P·v, [T, D]. */
export function attentionInFloat64(head: Head): Matrix {
  return timesTransposed(weightsInFloat64(head), transposed(head.v));
}

/**
 * dv = Pᵀ·dOut, dP = dOut·vᵀ, dS = P∘(dP − Σⱼ P∘dP), dq = dS·k/√D, dk = dSᵀ·q/√D.
 */
export function gradientsInFloat64(head: Head, dOut: Matrix): { dq: Matrix; dk: Matrix; dv: Matrix } {
  const { q, k, v } = head;
  const root = Math.sqrt(q[0]?.length ?? 0);
  const weights = weightsInFloat64(head);
  const dWeights = timesTransposed(dOut, v);
  const means = weights.map((row, t) => dot(row, dWeights[t] ?? row));
  const dScores = map(weights, (p, t, j) => (p * ((dWeights[t]?.[j] ?? 0) - (means[t] ?? 0))) / root);
  return {
    dq: timesTransposed(dScores, transposed(k)),
    dk: timesTransposed(transposed(dScores), transposed(q)),
    dv: timesTransposed(transposed(weights), transposed(dOut)),
  };
}

/** a·bᵀ. */
function timesTransposed(a: Matrix, b: Matrix): Matrix {
  return a.map((row) => vector(b.length, (j) => dot(row, b[j] ?? row)));
}

function transposed(a: Matrix): Matrix {
  return Array.from({ length: a[0]?.length ?? 0 }, (_, j) => vector(a.length, (i) => a[i]?.[j] ?? 0));
}

function map(a: Matrix, f: (x: number, row: number, column: number) => number): Matrix {
  return a.map((row, r) => row.map((x, c) => f(x, r, c)));
}

function vector(length: number, f: (i: number) => number): Float64Array {
  const result = new Float64Array(length);
  for (let i = 0; i < length; i++) result[i] = f(i);
  return result;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number); // equally long
  return sum;
}
