/** The normal distribution in float64, to compare with. */

/** 1 − Φ(x) for x ≥ 0: a series near 0, a continued fraction in the tail; relative error below 1e-13. */
function upperTail(x: number): number {
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 60; n++) {
      term *= (x * x) / (2 * n + 1);
      sum += term;
    }
    return 0.5 - density(x) * sum;
  }
  let fraction = x;
  for (let n = 80; n > 0; n--) fraction = x + n / fraction;
  return density(x) / fraction;
}

/** φ(x) = exp(−x²/2)/√(2π). */
export const density = (x: number): number => Math.exp(-x * x * 0.5) / Math.sqrt(2 * Math.PI);

/** Φ(x). */
export const distribution = (x: number): number => (x < 0 ? upperTail(-x) : 1 - upperTail(x));
