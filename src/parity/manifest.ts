/**
 * The description of one parity case, `manifest.json` of format `parity-case/1`.
 *
 * A dump that someone wrote for their own model may leave out everything but `format` and `module`: names
 * then come from the tensors (`in.…`, `out.…`, `trace.…`) and the tolerance is `defaultTolerance`.
 */
import * as v from 'valibot';

import { parseJson } from './parse-json.js';

export const manifestFormat = 'parity-case/1';

/**
 * Relative L2 of a float32 implementation with another order of summation, the limit where a dump names none.
 */
export const defaultTolerance = 1e-4;

/** How far an output may be from the expected one; every limit that is there must hold. */
export interface Tolerance {
  /** All elements equal. */
  readonly exact?: true;
  readonly relativeL2?: number;
  readonly maxAbs?: number;
  readonly meanAbs?: number;
}

export type WeightsRule = string | { readonly synthetic: number } | null;

export interface Manifest {
  readonly name: string;
  readonly module: string;
  /** Model configuration in the schema of the official `config.json`. */
  readonly config: Readonly<Record<string, unknown>> | null;
  /** Checkpoint folder or file below the root of the set, the seed of synthetic weights, or none. */
  readonly weights: WeightsRule;
  readonly params: Readonly<Record<string, unknown>>;
  /** Name → tensor key; undefined: whatever the case's own file holds. */
  readonly inputs: Readonly<Record<string, string>> | undefined;
  readonly expect: Readonly<Record<string, string>> | undefined;
  readonly tolerances: (output: string) => Tolerance;
  /** Output → name of the 0/1 mask of the rows that count. */
  readonly rows: Readonly<Record<string, string>>;
  /** Name of the JSON file with expectations, if any. */
  readonly data: string | undefined;
}

const names = v.record(v.string(), v.string());
const limit = v.pipe(v.number(), v.minValue(0));
const limits = v.strictObject({ max_abs: v.optional(limit), mean_abs: v.optional(limit) });
const integer = v.pipe(v.number(), v.integer());

const schema = v.object({
  format: v.literal(manifestFormat),
  name: v.optional(v.string()),
  module: v.pipe(v.string(), v.minLength(1)),
  config: v.optional(v.nullable(v.record(v.string(), v.unknown())), null),
  weights: v.optional(v.nullable(v.union([v.string(), v.strictObject({ synthetic: integer })])), null),
  params: v.optional(v.record(v.string(), v.unknown()), {}),
  inputs: v.optional(names),
  expect: v.optional(names),
  exact: v.optional(v.array(v.string()), []),
  tolerance: v.optional(
    v.object({
      relative_l2: v.optional(limit, defaultTolerance),
      per: v.optional(v.record(v.string(), v.union([limit, limits])), {}),
    }),
    {},
  ),
  rows: v.optional(names, {}),
  data: v.optional(v.string()),
});

type Raw = v.InferOutput<typeof schema>;

/**
 * Reads the text of a manifest. `fallbackName` names a case that has no name of its own.
 *
 * @throws Error naming the key when the text is not JSON or not of the format.
 */
export function parseManifest(text: string, where: string, fallbackName: string): Manifest {
  const raw = parseJson(text, schema, where);
  return {
    name: raw.name ?? fallbackName,
    module: raw.module,
    config: raw.config,
    weights: raw.weights,
    params: raw.params,
    inputs: raw.inputs,
    expect: raw.expect,
    tolerances: (output) => toleranceOf(raw, output),
    rows: raw.rows,
    data: raw.data,
  };
}

function toleranceOf(raw: Raw, output: string): Tolerance {
  if (raw.exact.includes(output)) return { exact: true };
  const own = Object.hasOwn(raw.tolerance.per, output) ? raw.tolerance.per[output] : undefined;
  if (own === undefined) return { relativeL2: raw.tolerance.relative_l2 };
  if (typeof own === 'number') return { relativeL2: own };
  const { max_abs: maxAbs, mean_abs: meanAbs } = own;
  if (maxAbs === undefined && meanAbs === undefined) return { relativeL2: raw.tolerance.relative_l2 };
  return { ...(maxAbs !== undefined && { maxAbs }), ...(meanAbs !== undefined && { meanAbs }) };
}
