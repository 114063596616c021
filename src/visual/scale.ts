/** Numbers → places along an axis, with round ticks that enclose the numbers. */

export interface Scale {
  /** From the least to the largest; all numbers lie between the first and the last. */
  readonly ticks: readonly number[];
  /** Where a number lies. A logarithmic scale has no place (none that is finite) for 0 and below. */
  at(value: number): number;
}

/** Where the axis begins and ends. */
type Range = readonly [start: number, end: number];

/**
 * Equal steps of 1, 2 or 5 · 10ᵏ, some six of them. Equal numbers get a step on one side.
 *
 * @throws RangeError when there are no numbers, or one is not finite.
 */
export function linearScale(values: readonly number[], [start, end]: Range): Scale {
  const [low, high] = extent(values);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const span = high - low > 1e-9 * largest ? high - low : largest; // closer ones have no ticks of their own
  const step = roundStep(span / 6 || 1);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return { ticks, at: (value) => start + ((value / step - first) / (last - first)) * (end - start) };
}

/** Ticks of a logarithmic scale that can still be told apart. */
const MOST_POWERS = 8;
/** Smaller numbers have no power of ten below them that is a number, too. */
const LEAST = 1e-300;
/** The difference of two such numbers is a number, too. */
const LARGEST = Number.MAX_VALUE / 4;

/**
 * Powers of ten; of more than eight every second, third, …; between two neighbours also 2 and 5 times the lower one.
 *
 * @throws RangeError when there are no numbers, or one is not finite or not above 0.
 */
export function logScale(values: readonly number[], [start, end]: Range): Scale {
  const [low, high] = extent(values);
  if (low < LEAST) throw new RangeError(`expected numbers above 0 on a logarithmic scale, got ${low}`);
  const below = powerBelow(low);
  const above = power(powerBelow(high)) === high ? powerBelow(high) : powerBelow(high) + 1;
  const every = Math.ceil((above - below) / MOST_POWERS) || 1;
  const last = below + every * Math.max(1, Math.ceil((above - below) / every));
  const powers = Array.from({ length: (last - below) / every + 1 }, (_, i) => power(below + i * every));
  const between = (tick: number): number[] => [tick, 2 * tick, 5 * tick];
  const ticks = last - below === 1 ? [...between(power(below)), power(last)] : powers;
  return { ticks, at: (value) => start + ((Math.log10(value) - below) / (last - below)) * (end - start) };
}

/** As it stands beside an axis: `0.25`, `1e-7`. */
export function tickLabel(value: number): string {
  const rounded = Number(value.toPrecision(6));
  const isPlain = rounded === 0 || (Math.abs(rounded) >= 1e-3 && Math.abs(rounded) < 1e6);
  return isPlain ? String(rounded) : rounded.toExponential().replace('+', '');
}

function extent(values: readonly number[]): Range {
  if (values.length === 0) throw new RangeError('expected numbers for a scale, got none');
  const wrong = values.find((value) => !(Math.abs(value) <= LARGEST));
  if (wrong !== undefined) throw new RangeError(`expected finite numbers for a scale, got ${wrong}`);
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

/** The least of 1, 2, 5 · 10ᵏ that is not below `step`. */
function roundStep(step: number): number {
  const unit = power(Math.floor(Math.log10(step)));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * unit >= step * (1 - 1e-9)) ?? 10;
  return factor * unit;
}

/** 10ᵏ, as near as a number can be to it: `10 ** -5` is not. */
const power = (k: number): number => Number(`1e${k}`);

/** The largest k for which 10ᵏ is not above the value. */
function powerBelow(value: number): number {
  const k = Math.floor(Math.log10(value));
  return power(k + 1) <= value ? k + 1 : power(k) > value ? k - 1 : k;
}
