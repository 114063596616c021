/** Where a failing tower first left the expected path: the trace point to look at. */
import type { OutputResult, Values } from './compare.js';
import type { ParityCase } from './parity-case.js';
import type { Produced } from './runner.js';
import { entriesOf, holdsEntries } from './trace-points.js';

/**
 * The first trace point out of tolerance, in the order of computation; undefined when no trace point failed.
 * In a trace that holds one entry a block (`trace.samples`, `trace.norms`) the entry is named:
 * `trace.samples[3]`.
 */
export async function firstDivergence(
  parityCase: ParityCase,
  { values = new Map<string, Values>() }: Produced,
  outputs: readonly OutputResult[],
): Promise<string | undefined> {
  const failed = new Set(outputs.filter((output) => !output.ok).map((output) => output.name));
  const inOrder = [...values.keys()].filter((name) => name.startsWith('trace.') && failed.has(name));
  const [first] = inOrder;
  if (first === undefined || !holdsEntries(first)) return first;
  const entries: number[] = [];
  for (const name of inOrder.filter(holdsEntries)) {
    const judged = await entriesOf(parityCase, name, values.get(name) as Values); // its own key
    entries.push(
      Math.max(
        0,
        judged.findIndex(({ ok }) => !ok),
      ),
    ); // 0 when out of tolerance only as a whole
  }
  return `${first}[${Math.min(...entries)}]`;
}
