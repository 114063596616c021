/** Where a failing tower first left the expected path: the trace point to look at. */
import { judge, type OutputResult, type Values } from './compare.js';
import type { ParityCase } from './parity-case.js';
import type { Produced } from './runner.js';

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
  if (first === undefined) return undefined;
  if (!/^trace\.(.*\.)?(samples|norms)$/.test(first)) return first;
  const entries: number[] = [];
  for (const name of inOrder.filter((other) => /\.(samples|norms)$/.test(other))) {
    entries.push(firstEntry(values.get(name) as Values, await parityCase.expected(name), parityCase, name));
  }
  return `${first}[${Math.min(...entries)}]`;
}

/** Index along the first axis of the first slice that is out of tolerance by itself. */
function firstEntry(actual: Values, expected: Values, parityCase: ParityCase, name: string): number {
  const [count = 0, ...shape] = expected.shape;
  const size = expected.data.length / count;
  const slice = ({ data }: Values, i: number): Values => ({
    shape,
    data: Array.from({ length: size }, (_, k) => data[i * size + k] ?? Number.NaN),
  });
  const tolerance = parityCase.manifest.tolerances(name);
  for (let i = 0; i < count; i++) {
    const [a, e] = [slice(actual, i), slice(expected, i)];
    if (!judge(name, a, e, tolerance).ok) return i;
  }
  return 0; // out of tolerance only as a whole
}
