/**
 * The lines in which results of parity cases are told: one a case, and one more for each output that failed.
 */
import { type OutputResult, shareOfLimit } from './compare.js';
import type { Tolerance } from './manifest.js';
import type { CaseResult } from './run.js';

const shownFailures = 6;

/**
 * `name  outputs  relative L2  max abs  tolerance  ok`, the numbers being those of the output nearest to its
 * limit. A failing case says on further lines which outputs failed, and where its trace first left the
 * expected path.
 */
export function formatCase(result: CaseResult): string {
  const name = result.name.padEnd(40);
  if (result.status === 'error') return `${name}  FAIL  ${result.error}`;
  const notYet = result.outputs.filter((output) => !output.ok);
  if (result.status === 'not-implemented') {
    const missing = notYet.map((output) => output.name).join(', ') || `module ${result.module}`;
    return `${name}  not implemented yet: ${missing}`;
  }
  const line = `${name}  ${numbersOf(result.outputs)}  ${result.seconds.toFixed(1).padStart(5)} s`;
  if (result.ok) return `${line}  ok`;
  return [`${line}  FAIL`, ...failureLines(result)].join('\n');
}

/** `76 ok, 1 failed, 20 not implemented yet`. */
export function formatSummary(results: readonly CaseResult[]): string {
  const count = (...statuses: string[]) =>
    results.filter((result) => statuses.includes(result.status)).length;
  const parts = [`${count('ok')} ok`, `${count('failed', 'error')} failed`];
  const notYet = count('not-implemented');
  return [...parts, ...(notYet > 0 ? [`${notYet} not implemented yet`] : [])].join(', ');
}

function numbersOf(outputs: readonly OutputResult[]): string {
  const worst = outputs.reduce((a, b) => (nearness(b) > nearness(a) ? b : a));
  const columns = [
    `${outputs.length} outputs`.padStart(11),
    `relative L2 ${number(worst.relativeL2)}`,
    `max abs ${number(worst.maxAbs)}`,
    formatTolerance(worst.tolerance).padEnd(21),
  ];
  return columns.join('  ');
}

/** Those that failed come first. */
const nearness = (output: OutputResult): number =>
  output.ok ? shareOfLimit(output) : Number.POSITIVE_INFINITY;

function failureLines({ outputs, firstDivergence }: CaseResult): string[] {
  const failed = outputs.filter((output) => !output.ok);
  const lines = failed.slice(0, shownFailures).map(({ name, problem }) => `    ${name}: ${problem}`);
  if (failed.length > shownFailures) lines.push(`    and ${failed.length - shownFailures} more outputs`);
  if (firstDivergence !== undefined) lines.push(`    first divergence: ${firstDivergence}`);
  return lines;
}

function formatTolerance({ exact, relativeL2, maxAbs, meanAbs }: Tolerance): string {
  const parts = [
    exact && 'exact',
    relativeL2 !== undefined && `<= ${number(relativeL2)}`,
    maxAbs !== undefined && `max abs <= ${Number(maxAbs.toPrecision(3))}`,
    meanAbs !== undefined && `mean <= ${meanAbs}`,
  ];
  return parts.filter((part) => typeof part === 'string').join(', ');
}

function number(value: number): string {
  return (Number.isNaN(value) ? '-' : value === 0 ? '0' : value.toExponential(1)).padStart(7);
}
