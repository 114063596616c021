/**
 * The point at which a training run stopped, so that it goes on exactly as if it had not: parameters,
 * optimiser moments, step, and whatever random generators and settings the run has.
 *
 * One safetensors file, written whole or not at all: `parameter/<name>`, `first/<name>`, `second/<name>` and
 * `memory/<number>` as float32 vectors; everything else as JSON in its `__metadata__`. Node only.
 */
import * as v from 'valibot';

import { toFloat32 } from '../checkpoint/dtype.js';
import { fileBytes } from '../checkpoint/file-bytes.js';
import { openSafetensors, type SafetensorsFile } from '../checkpoint/safetensors.js';
import { floatTensor, type TensorToWrite } from '../checkpoint/safetensors-bytes.js';
import { writeSafetensors } from '../checkpoint/write-safetensors.js';
import type { AdamWState } from './adamw.js';

export interface ResumePoint {
  /** Steps that were made. */
  readonly step: number;
  readonly parameters: ReadonlyMap<string, Float32Array>;
  readonly optimizer: AdamWState;
  /** Arrays that the stage keeps from step to step. */
  readonly memory: readonly Float32Array[];
  /** State of every random generator that the next step goes on with; empty when steps seed their own. */
  readonly random: Readonly<Record<string, readonly number[]>>;
  /** The settings of the run, as JSON. */
  readonly config: unknown;
}

const FORMAT = 'internvl-resume-point/1';
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const stateSchema = v.object({
  step: count,
  parameters: v.array(v.string()), // the order: a safetensors file has one of its own
  optimizerSteps: v.record(v.string(), count),
  random: v.record(v.string(), v.array(v.number())),
  config: v.unknown(),
});

/** Writes (or replaces) the file and returns its size in bytes. On any error the old file stays as it was. */
export function saveResumePoint(path: string, point: ResumePoint, signal?: AbortSignal): Promise<number> {
  const { step, parameters, random, config, optimizer } = point;
  const optimizerSteps = Object.fromEntries([...optimizer].map(([name, moments]) => [name, moments.step]));
  const state = { step, parameters: [...parameters.keys()], optimizerSteps, random, config };
  const metadata = { format: FORMAT, state: JSON.stringify(state) };
  return writeSafetensors(path, tensorsOf(point), { metadata, ...(signal && { signal }) });
}

function tensorsOf({ parameters, optimizer, memory }: ResumePoint): TensorToWrite[] {
  const vector = (name: string, values: Float32Array): TensorToWrite =>
    floatTensor(name, [values.length], Float32Array.from(values)); // a copy: training may hold shared memory
  const moments = [...optimizer].flatMap(([name, { first, second }]) => [
    vector(`first/${name}`, first),
    vector(`second/${name}`, second),
  ]);
  const kept = memory.map((array, i) => vector(`memory/${i}`, array));
  return [
    ...[...parameters].map(([name, values]) => vector(`parameter/${name}`, values)),
    ...moments,
    ...kept,
  ];
}

/**
 * Reads what `saveResumePoint` wrote. With `config` the run's settings must be the same, or it would not go
 * on as it began.
 *
 * @throws Error naming the file when it is no resume point, is incomplete, or belongs to other settings.
 */
export async function readResumePoint(path: string, config?: unknown): Promise<ResumePoint> {
  const bytes = await fileBytes(path);
  try {
    const file = await openSafetensors(bytes);
    const state = stateOf(file, path);
    if (config !== undefined) expectSameConfig(path, state.config, config);
    const optimizer: AdamWState = new Map();
    for (const [name, step] of Object.entries(state.optimizerSteps)) {
      const [first, second] = [await values(file, `first/${name}`), await values(file, `second/${name}`)];
      optimizer.set(name, { step, first, second });
    }
    const parameters = new Map<string, Float32Array>();
    for (const name of state.parameters) parameters.set(name, await values(file, `parameter/${name}`));
    const memory: Float32Array[] = [];
    while (file.infos.has(`memory/${memory.length}`))
      memory.push(await values(file, `memory/${memory.length}`));
    const { step, random, config: saved } = state;
    return { step, parameters, optimizer, memory, random, config: saved };
  } finally {
    await bytes.close();
  }
}

function stateOf({ metadata }: SafetensorsFile, path: string): v.InferOutput<typeof stateSchema> {
  const { format, state } = metadata;
  if (format !== FORMAT || state === undefined) {
    throw new Error(`${path}: expected a resume point (${FORMAT}), got ${format ?? 'a file without format'}`);
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), stateSchema), state);
  if (!parsed.success) throw new Error(`${path}: ${v.summarize(parsed.issues)}`);
  return parsed.output;
}

async function values(file: SafetensorsFile, name: string): Promise<Float32Array> {
  return toFloat32(await file.read(name), 'F32');
}

function expectSameConfig(path: string, saved: unknown, config: unknown): void {
  const difference = firstDifference(saved, JSON.parse(JSON.stringify(config)), 'config');
  if (difference === undefined) return;
  throw new Error(`${path}: ${difference}; resume with the settings the run was started with`);
}

/** Where two JSON values differ first, in words; undefined where they are equal. */
function firstDifference(saved: unknown, given: unknown, at: string): string | undefined {
  if (isObject(saved) && isObject(given)) {
    const keys = new Set([...Object.keys(saved), ...Object.keys(given)]);
    for (const key of keys) {
      const difference = firstDifference(saved[key], given[key], `${at}.${key}`);
      if (difference !== undefined) return difference;
    }
    return undefined;
  }
  if (saved === given) return undefined;
  return `${at}: expected ${JSON.stringify(saved)}, got ${JSON.stringify(given)}`;
}

const isObject = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null;
