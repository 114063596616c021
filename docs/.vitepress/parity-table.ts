/**
 * The table of docs/parity.md, from the results that `internvl parity FOLDER --json` printed:
 * `node --import tsx docs/.vitepress/parity-table.ts` writes it into the page.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

import type { CaseResult } from '../../src/parity/run.js';
import { root } from './repository.js';

const page = join(root, 'docs/parity.md');
const [begin, end] = ['<!-- made from parity.json -->', '<!-- end -->'];

/** One row a module: cases, outputs, the largest relative L2 of these, and their limits. */
export function parityTable(results: readonly CaseResult[]): string {
  const modules = [...new Set(results.map(({ module }) => module))].sort();
  const rows = modules.map((module) => {
    const cases = results.filter((result) => result.module === module);
    const outputs = cases.flatMap((result) => result.outputs);
    const worst = Math.max(...outputs.map(({ relativeL2 }) => relativeL2));
    const held = cases.filter(({ ok }) => ok).length;
    const numbers = outputs.length === 0 ? ['–', '–'] : [exponent(worst), limitOf(outputs)];
    return `| ${[`\`${module}\``, `${held} of ${cases.length}`, outputs.length, ...numbers].join(' | ')} |`;
  });
  const head = [
    '| module | cases that hold | outputs | largest relative L2 | limit |',
    '|---|---|---|---|---|',
  ];
  return [...head, ...rows].join('\n');
}

/** The page with this table between its marks. */
export function withTable(text: string, table: string): string {
  const [before, rest] = text.split(begin);
  const [, after] = rest?.split(end) ?? [];
  if (before === undefined || after === undefined)
    throw new Error(`docs/parity.md: expected ${begin} … ${end}`);
  return `${before}${begin}\n\n${table}\n\n${end}${after}`;
}

const exponent = (value: number): string => (value === 0 ? '0' : value.toExponential(1));

/** The limits of several outputs: `exact`, a difference of single values, or relative L2 from the strictest to the loosest. */
function limitOf(outputs: CaseResult['outputs']): string {
  const limits = outputs.flatMap(({ tolerance }) => tolerance.relativeL2 ?? []);
  const [low, high] = [Math.min(...limits), Math.max(...limits)];
  const others = [
    outputs.some(({ tolerance }) => tolerance.exact) && 'exact',
    outputs.some(
      ({ tolerance: { relativeL2, maxAbs } }) => relativeL2 === undefined && maxAbs !== undefined,
    ) && 'largest difference',
    limits.length > 0 && (low === high ? exponent(low) : `${exponent(low)} to ${exponent(high)}`),
  ];
  return others.filter((part) => part !== false).join(', ');
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const results = JSON.parse(readFileSync(join(root, 'docs/parity.json'), 'utf8'));
  writeFileSync(page, withTable(readFileSync(page, 'utf8'), parityTable(results)));
}
