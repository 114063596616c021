/** Softmax down the columns of a panel [keys, 8]: one lane a query, so that nothing crosses lanes. */
import { exp4, tableAddress } from './elementary';
import { all, madd } from './lanes';

/** s[k, j] ← exp(s[k, j] − maxₖ s[k, j]) and inverse[j] ← 1 / Σₖ s[k, j]. NaN in a column spreads over it. */
export function softmaxColumns(s: usize, keys: i32, inverse: usize): void {
  const table = tableAddress();
  const end = s + (<usize>keys << 5);
  let m0 = all(-Infinity);
  let m1 = m0;
  for (let p = s; p < end; p += 32) {
    m0 = f32x4.pmax(m0, v128.load(p)); // passes NaN over: it comes back in the sum
    m1 = f32x4.pmax(m1, v128.load(p, 16));
  }
  let sum0 = all(0);
  let sum1 = sum0;
  for (let p = s; p < end; p += 32) {
    const e0 = exp4(f32x4.sub(v128.load(p), m0), table);
    const e1 = exp4(f32x4.sub(v128.load(p, 16), m1), table);
    v128.store(p, e0);
    v128.store(p, e1, 16);
    sum0 = f32x4.add(sum0, e0);
    sum1 = f32x4.add(sum1, e1);
  }
  v128.store(inverse, f32x4.div(all(1), sum0));
  v128.store(inverse, f32x4.div(all(1), sum1), 16);
}

/**
 * The way back, e and inverse being what `softmaxColumns` leaves and d the gradient of the weights:
 * e[k, j] ← w = e[k, j] · inverse[j], the weights, and d[k, j] ← w·(d[k, j] − Σₖ w·d), that of the scores.
 */
export function softmaxColumnsBackward(e: usize, d: usize, keys: i32, inverse: usize): void {
  const end = e + (<usize>keys << 5);
  const toGradient = d - e;
  const i0 = v128.load(inverse);
  const i1 = v128.load(inverse, 16);
  let sum0 = all(0);
  let sum1 = sum0;
  for (let p = e; p < end; p += 32) {
    const w0 = f32x4.mul(v128.load(p), i0);
    const w1 = f32x4.mul(v128.load(p, 16), i1);
    v128.store(p, w0);
    v128.store(p, w1, 16);
    sum0 = madd(w0, v128.load(p + toGradient), sum0);
    sum1 = madd(w1, v128.load(p + toGradient, 16), sum1);
  }
  for (let p = e; p < end; p += 32) {
    const g = p + toGradient;
    v128.store(g, f32x4.mul(v128.load(p), f32x4.sub(v128.load(g), sum0)));
    v128.store(g, f32x4.mul(v128.load(p, 16), f32x4.sub(v128.load(g, 16), sum1)), 16);
  }
}
