/**
 * What becomes of gradients before the optimiser uses them: Σ g² in float64, and the sum over several ranks.
 *
 * A unit is 16384 numbers. Its Σ g² is made of four running sums (one of the numbers 0, 4, 8… and so on) and
 * goes to a float64 of its own.
 */
import { addRow } from './column-sum';
import { endOf } from './row-sums';

const COUNT: i32 = 16384;

@unmanaged
class SumOfSquaresJob {
  x: usize;
  count: i32;
  /** A float64 a unit. */
  sums: usize;
}

export function sumOfSquaresUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<SumOfSquaresJob>(fields);
  const first = unit * COUNT;
  const sum = sumOfSquares(endOf(job.x, first), min(COUNT, job.count - first));
  store<f64>(job.sums + (<usize>unit << 3), sum);
}

/** Σ xᵢ². */
function sumOfSquares(x: usize, n: i32): f64 {
  const end = endOf(x, n);
  const whole = endOf(x, n & ~3);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  while (x < whole) {
    const a = f64x2.promote_low_f32x4(v128.load64_zero(x));
    const b = f64x2.promote_low_f32x4(v128.load64_zero(x, 8));
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
    x += 16;
  }
  const sums = f64x2.add(low, high);
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  while (x < end) {
    const a = <f64>load<f32>(x);
    sum += a * a;
    x += 4;
  }
  return sum;
}

@unmanaged
class SumGradientsJob {
  sum: usize;
  count: i32;
  ranks: i32;
  // behind them the address of each rank's gradient
}

/** sumᵢ = g₀ᵢ + g₁ᵢ + …, in the order of the ranks. */
export function sumGradientsUnit(fields: usize, unit: i32, scratch: usize): void {
  const job = changetype<SumGradientsJob>(fields);
  const addresses = fields + offsetof<SumGradientsJob>();
  const first = unit * COUNT;
  const count = min(COUNT, job.count - first);
  const sum = endOf(job.sum, first);
  memory.copy(sum, endOf(load<usize>(addresses), first), <usize>count << 2);
  for (let rank = 1; rank < job.ranks; rank++) {
    addRow(endOf(load<usize>(addresses + (<usize>rank << 2)), first), count, sum);
  }
}
