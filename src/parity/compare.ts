/**
 * How far one tensor is from another, and whether that is near enough. Everything is computed in float64.
 *
 * Rules: `FORMAT.md` §4 of the parity fixtures.
 */
import type { Tolerance } from './manifest.js';

/** A tensor outside tfjs: row-major values of some shape. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

export interface Distance {
  /** ‖actual − expected‖₂ / ‖expected‖₂; ‖actual‖₂ itself where the expected norm is 0. */
  readonly relativeL2: number;
  /** Whether `relativeL2` is the absolute norm, because everything expected is 0. */
  readonly isAbsolute: boolean;
  readonly maxAbs: number;
  readonly meanAbs: number;
  /** Elements that are not equal. */
  readonly differing: number;
  /** Elements that were compared. */
  readonly count: number;
}

/** One output of a case, judged. */
export interface OutputResult {
  readonly name: string;
  readonly ok: boolean;
  readonly tolerance: Tolerance;
  /** NaN where nothing could be compared: `problem` then says why. */
  readonly relativeL2: number;
  readonly maxAbs: number;
  readonly problem?: string;
}

const zeroNormLimit = 1e-6; // ‖actual‖₂ allowed where the expected tensor is all zeros

/**
 * Distances over the whole tensor, or over the rows (b, t) of a [B, T, …] tensor for which the [B, T] mask is
 * 1.
 *
 * @throws RangeError when the shapes differ or the mask does not fit.
 */
export function distance(actual: Values, expected: Values, rows?: Values): Distance {
  if (!sameShape(actual.shape, expected.shape)) {
    throw new RangeError(`expected [${expected.shape.join(', ')}], got [${actual.shape.join(', ')}]`);
  }
  const rowLength = rows ? lengthOfRow(expected.shape, rows.shape) : 1;
  let [squares, expectedSquares, sum, max, differing, count] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < expected.data.length; i++) {
    if (rows && rows.data[Math.floor(i / rowLength)] !== 1) continue;
    const e = expected.data[i] as number;
    const difference = differenceFrom(e, actual.data[i] as number);
    squares += difference * difference;
    expectedSquares += Number.isFinite(e) ? e * e : 0;
    sum += difference;
    max = difference > max || Number.isNaN(difference) ? difference : max;
    differing += difference === 0 ? 0 : 1;
    count++;
  }
  const norm = Math.sqrt(expectedSquares);
  const isAbsolute = norm === 0;
  const relativeL2 = Math.sqrt(squares) / (isAbsolute ? 1 : norm);
  return { relativeL2, isAbsolute, maxAbs: max, meanAbs: sum / count, differing, count };
}

/** |actual − expected|. An expected ±∞ must be met exactly, an expected NaN never is. */
function differenceFrom(expected: number, actual: number): number {
  if (actual === expected) return 0;
  return Number.isFinite(expected) ? Math.abs(actual - expected) : Number.POSITIVE_INFINITY;
}

/**
 * Compares one output and applies its tolerance. Shapes that differ, and masks that leave nothing, are
 * failures.
 */
export function judge(
  name: string,
  actual: Values | undefined,
  expected: Values,
  tolerance: Tolerance,
  rows?: Values,
): OutputResult {
  const failed = (problem: string) => ({ ...unmeasured(name, tolerance), problem });
  if (actual === undefined) return failed('the module did not produce it');
  try {
    const found = distance(actual, expected, rows);
    if (found.count === 0) return failed('the case has no element to compare');
    const problem = problemOf(found, tolerance);
    const { relativeL2, maxAbs } = found;
    return { name, ok: problem === undefined, tolerance, relativeL2, maxAbs, ...(problem && { problem }) };
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

/**
 * An output that is a list of exact things (ids, strings, names): ok when all are equal, else the first that
 * differs.
 */
export function judgeEqual(
  name: string,
  actual: readonly unknown[],
  expected: readonly unknown[],
): OutputResult {
  const tolerance: Tolerance = { exact: true };
  if (expected.length === 0)
    return { ...unmeasured(name, tolerance), problem: 'the case has nothing to compare' };
  const count = Math.max(actual.length, expected.length);
  const wrong = Array.from({ length: count }, (_, i) => i).filter(
    (i) => text(actual[i]) !== text(expected[i]),
  );
  const [first] = wrong;
  if (first === undefined) return { name, ok: true, tolerance, relativeL2: 0, maxAbs: 0 };
  const example = `item ${first}: expected ${text(expected[first])}, got ${text(actual[first])}`;
  return { ...unmeasured(name, tolerance), problem: `${wrong.length} of ${count} differ; ${example}` };
}

/** How much of its tolerance an output uses, by the limit it is nearest to: 1 is all of it. */
export function shareOfLimit({ relativeL2, maxAbs, tolerance }: OutputResult): number {
  const shares = [
    shareOf(relativeL2, tolerance.exact ? 0 : tolerance.relativeL2),
    shareOf(maxAbs, tolerance.exact ? 0 : tolerance.maxAbs),
  ];
  return Math.max(...shares);
}

function shareOf(distance: number, limit = Number.POSITIVE_INFINITY): number {
  if (Number.isNaN(distance)) return Number.POSITIVE_INFINITY;
  return distance === 0 ? 0 : distance / limit;
}

function unmeasured(name: string, tolerance: Tolerance): OutputResult {
  return { name, ok: false, tolerance, relativeL2: Number.NaN, maxAbs: Number.NaN };
}

/** The first limit that does not hold. NaN holds no limit. */
function problemOf(found: Distance, tolerance: Tolerance): string | undefined {
  const { exact, relativeL2, maxAbs, meanAbs } = tolerance;
  if (exact && found.differing > 0) return `${found.differing} of ${found.count} elements differ`;
  if (relativeL2 !== undefined) {
    const limit = found.isAbsolute ? zeroNormLimit : relativeL2;
    const kind = found.isAbsolute ? 'norm of an expected zero' : 'relative L2';
    if (!(found.relativeL2 <= limit)) return above(kind, found.relativeL2, limit);
  }
  if (maxAbs !== undefined && !(found.maxAbs <= maxAbs)) return above('max abs', found.maxAbs, maxAbs);
  if (meanAbs !== undefined && !(found.meanAbs <= meanAbs)) return above('mean abs', found.meanAbs, meanAbs);
  return undefined;
}

function above(kind: string, value: number, limit: number): string {
  return `${kind} ${value.toPrecision(3)} is not within ${limit.toPrecision(3)}`;
}

function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

function lengthOfRow(shape: readonly number[], mask: readonly number[]): number {
  if (!sameShape(shape.slice(0, mask.length), mask)) {
    throw new RangeError(`expected a row mask [${shape.slice(0, 2).join(', ')}], got [${mask.join(', ')}]`);
  }
  return shape.slice(mask.length).reduce((product, size) => product * size, 1);
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing';
}
