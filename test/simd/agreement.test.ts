/** Every reference case with the twins, whatever the engine, against the composed form. */
import { beforeAll, expect, test } from 'vitest';

import { withoutTwins } from '../../src/nn/twin.js';
import { distance } from '../../src/parity/compare.js';
import { caseOutputs, type Outputs, outputsWith } from './case-outputs.js';

type Processes = Record<
  'one' | 'two' | 'baselineOne' | 'baselineTwo' | 'fast',
  Awaited<ReturnType<typeof outputsWith>>
>;

let composed: Outputs;
let processes: Processes;
beforeAll(async () => {
  const [one, two] = await Promise.all([outputsWith({ threads: 1 }), outputsWith({ threads: 2 })]);
  const [baselineOne, baselineTwo] = await Promise.all([
    outputsWith({ threads: 1, deterministic: true }),
    outputsWith({ threads: 2, deterministic: true }),
  ]);
  const fast = await outputsWith({ threads: 2, arithmetic: 'fast' });
  composed = await withoutTwins(() => caseOutputs(false));
  processes = { one, two, baselineOne, baselineTwo, fast };
});

/** The outputs that are further from the composed form than `limit`, relative L2, with their distances. */
function beyond(outputs: Outputs, limit: number): (readonly [string, number])[] {
  return [...composed].flatMap(([name, expected]) => {
    const data = outputs.get(name) ?? [];
    const shape = [expected.length];
    const { relativeL2 } = distance({ shape: [data.length], data }, { shape, data: expected });
    return relativeL2 <= limit ? [] : [[name, relativeL2] as const];
  });
}

test('there is something to compare', () => {
  expect(composed.size).toBeGreaterThan(60);
});

test.each(['one', 'two', 'baselineOne', 'baselineTwo'] as const)(
  'exact: within 1e-5 of the composed form, as tensors and lent: %s',
  (name) => {
    const { tensors, lent } = processes[name];
    expect(beyond(tensors, 1e-5)).toEqual([]);
    expect(beyond(lent, 1e-5)).toEqual([]);
  },
);

/** The names of outputs that differ in some bit, other than the sign of 0. */
function differing(outputs: Outputs, others: Outputs): string[] {
  return [...outputs].flatMap(([name, values]) => {
    const other = others.get(name) ?? [];
    return values.length === other.length && values.every((x, i) => x === other[i]) ? [] : [name];
  });
}

test.each(['tensors', 'lent'] as const)('two threads give the same bits as one: %s', (weights) => {
  const { one, two, baselineOne, baselineTwo } = processes;
  expect(differing(two[weights], one[weights])).toEqual([]);
  expect(differing(baselineTwo[weights], baselineOne[weights])).toEqual([]);
  expect(differing(one[weights], baselineOne[weights]).length).toBeGreaterThan(60); // both were run
});

test('fast: within 2e-3 of the composed form', () => {
  const { lent } = processes.fast;
  expect(differing(lent, processes.two.lent).length).toBeGreaterThan(50);
  // Logits of 10 that are off by 1e-3 of themselves make probabilities that are off by 1e-2 of themselves.
  expect(beyond(lent, 2e-3).filter(([name]) => !name.endsWith(' probabilities'))).toEqual([]);
  expect(beyond(lent, 1e-2)).toEqual([]);
});

test('fast, too, is exact where weights are tensors', () => {
  const made = /^full-width/; // weights that are made are always lent
  const others = differing(processes.fast.tensors, processes.two.tensors).filter((name) => !made.test(name));
  expect(others).toEqual([]);
});
