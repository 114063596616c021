/**
 * How rows are divided into units: by their number and length alone, so that no sum depends on the threads.
 */

/** Numbers that make a unit worth its dispatch, some microseconds of work. */
const UNIT = 8192;
/** What is summed over rows has at most so many partial sums. */
const MAX_PARTIALS = 32;

export interface RowUnits {
  readonly units: number;
  readonly rowsPerUnit: number;
}

/** For rows of `n` numbers each of which is a result of its own. */
export function rowUnits(rows: number, n: number): RowUnits {
  const rowsPerUnit = Math.max(1, Math.floor(UNIT / Math.max(1, n)));
  return { rowsPerUnit, units: Math.ceil(rows / rowsPerUnit) };
}

/** For rows of `n` numbers that are also summed, each unit into a partial sum of its own. */
export function summedRowUnits(rows: number, n: number): RowUnits {
  const rowsPerUnit = Math.max(rowUnits(rows, n).rowsPerUnit, Math.ceil(rows / MAX_PARTIALS));
  return { rowsPerUnit, units: Math.ceil(rows / rowsPerUnit) };
}
