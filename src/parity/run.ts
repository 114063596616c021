/**
 * Runs parity cases one after another and judges every output.
 *
 * A case that cannot be run (malformed manifest, missing file, refused path) is a failed case with its error,
 * and the others still run. A module that has no runner is `not-implemented`, which is never ok.
 */
import { checkDevice } from '../backend/webgpu.js';
import { judge, type OutputResult } from './compare.js';
import { type CaseLocation, findCases } from './find-cases.js';
import { firstDivergence } from './first-divergence.js';
import { ParityCase } from './parity-case.js';
import { type ModuleRunner, Outputs, type Produced, type RunOptions } from './runner.js';
import { moduleRunners } from './runners.js';
import { tracePoints } from './trace-points.js';

export type CaseStatus = 'ok' | 'failed' | 'error' | 'not-implemented';

/** One case, judged. Plain data: it can be written as JSON. */
export interface CaseResult {
  readonly name: string;
  /** `unknown` when the manifest could not be read. */
  readonly module: string;
  readonly status: CaseStatus;
  readonly ok: boolean;
  readonly outputs: readonly OutputResult[];
  /** The trace points of a tower, in the order of the forward; entries where a trace holds one a block. */
  readonly trace?: readonly OutputResult[];
  /** The first trace point out of tolerance, in the order of computation. */
  readonly firstDivergence?: string;
  readonly error?: string;
  readonly seconds: number;
  /** Largest resident memory of the process so far. */
  readonly peakBytes: number;
}

export interface ParityOptions extends RunOptions {
  /** Only cases of these modules. */
  readonly modules?: readonly string[];
  /** Only cases whose name matches one of these; `*` stands for any characters. */
  readonly cases?: readonly string[];
  /** No case whose name matches one of these. */
  readonly except?: readonly string[];
  readonly onCase?: (result: CaseResult) => void;
  /** Relative L2 distances up to this are near enough, also where a case asks for less. */
  readonly tolerance?: number;
}

/**
 * Runs the cases found at `roots` (sets, parts of sets, or single cases). The backend must be started.
 *
 * @throws Error when a root holds no case, the selection leaves none, or no case is of a module that was
 *   asked for;
 *   the signal's reason when aborted.
 */
export async function runParity(
  roots: readonly string[],
  options: ParityOptions = {},
): Promise<CaseResult[]> {
  const located = new Map<string, CaseLocation>();
  for (const root of roots) for (const each of await findCases(root)) located.set(each.folder, each);
  const announced = [...located.values()].map(({ module }) => module);
  if (!announced.includes(undefined)) expectModules(options, announced, roots); // a typo costs no minutes
  const results: CaseResult[] = [];
  for (const location of located.values()) {
    options.signal?.throwIfAborted();
    const result = matchesName(location.name, options) && (await runLocated(location, options));
    if (!result) continue;
    results.push(result);
    options.onCase?.(result);
  }
  expectModules(options, [...announced, ...results.map(({ module }) => module)], roots);
  if (results.length > 0) return results;
  const wanted = options.cases?.join(', ') ?? 'any name';
  throw new Error(`expected a case of ${wanted} in ${roots.join(', ')}, found none among ${located.size}`);
}

/** @throws Error when a module was asked for that no case is of. */
function expectModules(
  { modules = [] }: ParityOptions,
  present: readonly (string | undefined)[],
  roots: readonly string[],
): void {
  const absent = modules.filter((module) => !present.includes(module));
  if (absent.length === 0) return;
  const there = [...new Set(present.filter((module) => module !== undefined))].sort().join(', ');
  throw new Error(
    `expected cases of ${absent.join(', ')} in ${roots.join(', ')}, found ${there || 'no module'}`,
  );
}

/** Whether everything that was run held: not when a module is not implemented, not when nothing was run. */
export function parityHolds(results: readonly CaseResult[]): boolean {
  return results.length > 0 && results.every((result) => result.ok);
}

function matchesName(name: string, { cases, except }: ParityOptions): boolean {
  const matches = (pattern: string) => {
    const parts = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`).test(name);
  };
  return (cases === undefined || cases.some(matches)) && !except?.some(matches);
}

/** The result of one case; undefined when it is of a module that was not asked for. */
async function runLocated(location: CaseLocation, options: ParityOptions): Promise<CaseResult | undefined> {
  const start = performance.now();
  const { modules } = options;
  let module = location.module ?? 'unknown';
  let outcome: Omit<CaseResult, 'name' | 'module' | 'seconds' | 'peakBytes' | 'ok'>;
  try {
    if (location.module !== undefined && modules?.includes(location.module) === false) return undefined;
    const parityCase = await ParityCase.open(location);
    module = parityCase.manifest.module;
    if (modules?.includes(module) === false) return undefined;
    outcome = await runCase(parityCase, options).finally(() => parityCase.close());
  } catch (error) {
    options.signal?.throwIfAborted();
    outcome = { status: 'error', outputs: [], error: error instanceof Error ? error.message : String(error) };
  }
  const seconds = (performance.now() - start) / 1000;
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  return { name: location.name, module, ok: outcome.status === 'ok', ...outcome, seconds, peakBytes };
}

type Outcome = Pick<CaseResult, 'status' | 'outputs' | 'trace' | 'firstDivergence'>;

async function runCase(parityCase: ParityCase, options: ParityOptions): Promise<Outcome> {
  const { module, name, params } = parityCase.manifest;
  const { location } = parityCase;
  if (name !== location.name) throw new Error(`expected the name ${location.name}, got ${name}`);
  if (location.module !== undefined && location.module !== module) {
    throw new Error(`expected module ${location.module} as in the index, got ${module}`);
  }
  const runner = moduleRunners.get(module);
  if (runner === undefined) return { status: 'not-implemented', outputs: [] };
  refuseUnknownParams(runner, params);
  const produced = await runner.run(parityCase, options);
  if (produced instanceof Outputs) await produced.complete();
  checkDevice();
  const outputs = await judgeAll(parityCase, produced, options.tolerance);
  const status = statusOf(outputs, produced);
  const trace = await tracePoints(parityCase, produced, outputs);
  const divergence = status === 'ok' ? undefined : await firstDivergence(parityCase, produced, outputs);
  return {
    status,
    outputs,
    ...(trace.length > 0 && { trace }),
    ...(divergence !== undefined && { firstDivergence: divergence }),
  };
}

function statusOf(outputs: readonly OutputResult[], { notImplemented }: Produced): CaseStatus {
  const failed = outputs.filter((output) => !output.ok);
  if (failed.length === 0) return 'ok';
  return failed.every((output) => notImplemented?.has(output.name)) ? 'not-implemented' : 'failed';
}

function refuseUnknownParams(runner: ModuleRunner, params: Readonly<Record<string, unknown>>): void {
  const unknown = Object.keys(params).filter((key) => !runner.params.includes(key));
  if (unknown.length > 0) {
    throw new Error(`params: expected ${runner.params.join(', ') || 'none'}, got ${unknown.join(', ')}`);
  }
}

async function judgeAll(parityCase: ParityCase, produced: Produced, least = 0): Promise<OutputResult[]> {
  const results = [...(produced.judged ?? [])];
  for (const name of parityCase.expect.keys()) {
    const expected = await parityCase.expected(name);
    const rows = await parityCase.rowMask(name);
    const { relativeL2, ...others } = parityCase.manifest.tolerances(name);
    const tolerance = {
      ...others,
      ...(relativeL2 !== undefined && { relativeL2: Math.max(relativeL2, least) }),
    };
    results.push(judge(name, produced.values?.get(name), expected, tolerance, rows));
  }
  if (results.length === 0) throw new Error('expected at least one output to compare, got none');
  return results;
}
