/** A case of parity in one line of a terminal: how near its forward comes to the limit, point by point. */
import { cutTo } from '../visual/columns.js';
import { condensed, spark } from '../visual/spark.js';
import { shareOfLimit } from './compare.js';
import type { CaseResult } from './run.js';

/** Powers of ten between the least share of the limit that is shown and all of it. */
const DECADES = 4;

/** What the lines mean. */
export const sparkLegend = `█ all of the limit or more, ▁ 1e-${DECADES} of it or less, each step a factor of 3.2, ? not measured`;

/** The trace points of the case, or its outputs when it has none, and between which of them they lie. */
export function sparkLine({ trace, outputs, name }: CaseResult, columns: number): string {
  const points = trace ?? outputs;
  const [first, last] = [points[0], points.at(-1)].map((point) => point?.name.replace(/^trace\./, '') ?? '');
  if (!first) return `  ? ${cutTo(name, columns - 4)}`;
  const values = points.map((point) => {
    if (Number.isNaN(point.relativeL2)) return Number.NaN;
    return 1 + Math.log10(shareOfLimit(point)) / DECADES;
  });
  const names = first === last ? first : `${first} … ${last}`;
  const room = Math.max(8, Math.floor(columns / 2) - 4);
  const line = `  ${spark(condensed(values, room))[0] ?? ''}  `;
  return line + cutTo(names, columns - line.length);
}
