/** What the picture of a parity run shows: the drift along each traced forward, and all cases at a glance. */
import type { DivergencePanel, DivergencePoint } from '../visual/divergence-chart.js';
import { type OutputResult, shareOfLimit } from './compare.js';
import type { CaseResult } from './run.js';

/**
 * A panel for each case with a trace. Of several cases the first panel has a point a case, the output that uses most
 * of its limit; one case without a trace is shown by its outputs.
 */
export function divergencePanels(results: readonly CaseResult[]): DivergencePanel[] {
  const [first, ...others] = results;
  const traced = results.flatMap((result) => (result.trace ? [panel(result, result.trace)] : []));
  if (!first) return [];
  if (others.length === 0) return traced.length > 0 ? traced : [panel(first, first.outputs)];
  const overview = {
    title: 'all cases: the output nearest to its limit',
    yLabel: 'share of the limit',
    points: results.map(nearest),
    areApart: true,
  };
  return [overview, ...traced];
}

function panel({ name, error }: CaseResult, outputs: readonly OutputResult[]): DivergencePanel {
  const points = outputs.map(
    (output): DivergencePoint => ({
      name: output.name.replace(/^trace\./, ''),
      distance: output.relativeL2,
      limit: output.tolerance.relativeL2,
      problem: output.problem,
    }),
  );
  const failed = { name: 'error', distance: Number.NaN, problem: error };
  return { title: name, yLabel: 'relative L2', points: points.length > 0 ? points : [failed] };
}

function nearest({ name, outputs, error, status }: CaseResult): DivergencePoint {
  if (outputs.length === 0) return { name, distance: Number.NaN, problem: error ?? status };
  const worst = outputs.reduce((a, b) => (shareOfLimit(b) > shareOfLimit(a) ? b : a));
  return { name, distance: shareOfLimit(worst), limit: 1, problem: worst.problem };
}
