/** How far a tower is off along its forward: its trace points, judged one by one. */
import { judge, type OutputResult, type Values } from './compare.js';
import type { ParityCase } from './parity-case.js';
import type { Produced } from './runner.js';

/** A trace that holds one entry a block: `trace.samples`, `trace.cross.norms`. */
const HOLDS_ENTRIES = /^trace\.(.*\.)?(samples|norms)$/;

export const holdsEntries = (name: string): boolean => HOLDS_ENTRIES.test(name);

/**
 * The traces among the outputs, in the order of the forward, those that were not produced last. Instead of a trace
 * that holds one entry a block there are its entries: `trace.samples[0]`, `trace.samples[1]`, …
 */
export async function tracePoints(
  parityCase: ParityCase,
  { values = new Map<string, Values>() }: Produced,
  outputs: readonly OutputResult[],
): Promise<OutputResult[]> {
  const byName = new Map(outputs.map((output) => [output.name, output]));
  const names = new Set([...values.keys(), ...byName.keys()]);
  const points: OutputResult[] = [];
  for (const name of [...names].filter((each) => each.startsWith('trace.'))) {
    const [whole, actual] = [byName.get(name), values.get(name)];
    if (!whole) continue;
    points.push(...(actual && holdsEntries(name) ? await entriesOf(parityCase, name, actual) : [whole]));
  }
  return points;
}

/** Each slice along the first axis, judged as if it stood alone. */
export async function entriesOf(
  parityCase: ParityCase,
  name: string,
  actual: Values,
): Promise<OutputResult[]> {
  const expected = await parityCase.expected(name);
  const [count = 0, ...shape] = expected.shape;
  const size = expected.data.length / count;
  const slice = ({ data }: Values, i: number): Values => ({
    shape,
    data: Array.from({ length: size }, (_, k) => data[i * size + k] ?? Number.NaN),
  });
  const tolerance = parityCase.manifest.tolerances(name);
  return Array.from({ length: count }, (_, i) =>
    judge(`${name}[${i}]`, slice(actual, i), slice(expected, i), tolerance),
  );
}
