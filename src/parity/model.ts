/** The weights and the configuration that a case names, opened for as long as a runner needs them. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';

import { weightLender } from '../backend/weight-lender.js';
import { checkpointWeights } from '../checkpoint/checkpoint-weights.js';
import type { FloatSource } from '../checkpoint/float-source.js';
import { openCheckpoint } from '../checkpoint/open-checkpoint.js';
import { Scope } from '../checkpoint/scope.js';
import { syntheticWeights } from '../checkpoint/synthetic-weights.js';
import { type InternVLConfig, internVL14B } from '../contrastive/config.js';
import { parseInternVitConfig, parseInternVLConfig } from '../contrastive/config-json.js';
import { configOfTensors } from '../contrastive/config-tensors.js';
import type { LlamaConfig } from '../llama/config.js';
import { parseLlamaConfig } from '../llama/config-json.js';
import { resolveWithin } from './find-cases.js';
import type { ParityCase } from './parity-case.js';
import { parseJson } from './parse-json.js';
import type { RunOptions } from './runner.js';

/**
 * Calls `use` with the case's weights under their official names, and closes them.
 *
 * @throws Error when the case names no weights, they lie outside the set, or they do not fit the
 *   configuration.
 */
export async function withWeights<T>(
  parityCase: ParityCase,
  options: RunOptions,
  use: (source: FloatSource, config: InternVLConfig) => Promise<T>,
): Promise<T> {
  const { weights, config: json } = parityCase.manifest;
  if (weights !== null && typeof weights !== 'string') {
    return use(syntheticWeights(weights.synthetic), configOf(json, 'config'));
  }
  const path = weightsPath(parityCase, options);
  const source = await openCheckpoint(path);
  try {
    const stated = configOf(json ?? (await configBeside(path)), 'config');
    const config = configOfTensors(stated, (name) => source.infos.get(name)?.shape);
    return await use(checkpointWeights(source), config);
  } finally {
    await source.close();
  }
}

/** The same, with the weights to be read by path. */
export function withModel<T>(
  parityCase: ParityCase,
  options: RunOptions,
  use: (scope: Scope, config: InternVLConfig) => Promise<T>,
): Promise<T> {
  const isMade = typeof parityCase.manifest.weights !== 'string';
  const lender = isMade || options.lend === true ? weightLender() : undefined;
  const scopeOptions = { lender, signal: options.signal };
  return withWeights(parityCase, options, (source, config) =>
    use(new Scope(source, '', scopeOptions), config),
  );
}

/** The same for a case of a plain LLaMA. */
export async function withLlama<T>(
  parityCase: ParityCase,
  options: RunOptions,
  use: (scope: Scope, config: LlamaConfig) => Promise<T>,
): Promise<T> {
  const path = weightsPath(parityCase, options);
  const config = parseLlamaConfig(parityCase.manifest.config ?? (await configBeside(path)), 'config');
  const source = await openCheckpoint(path);
  try {
    const lender = options.lend === true ? weightLender() : undefined;
    return await use(new Scope(checkpointWeights(source), '', { lender, signal: options.signal }), config);
  } finally {
    await source.close();
  }
}

/** The checkpoint of a case: what the caller put in its place, or what the manifest names. */
export function weightsPath({ location, manifest }: ParityCase, options: RunOptions): string {
  if (options.weights !== undefined) return options.weights;
  if (typeof manifest.weights !== 'string') {
    throw new Error('weights: expected a checkpoint folder or file, got none');
  }
  return resolveWithin(location.root, location.root, manifest.weights);
}

/** The whole model's configuration. Beside that of a vision tower alone, the rest is InternVL-14B's. */
function configOf(json: unknown, where: string): InternVLConfig {
  const isTower = (json as { model_type?: unknown } | null)?.model_type === 'intern_vit_6b';
  if (!isTower) return parseInternVLConfig(json, where);
  const vision = parseInternVitConfig(json, where);
  return { ...internVL14B, vision, qllama: { ...internVL14B.qllama, visionHiddenSize: vision.hiddenSize } };
}

/** `config.json` of a checkpoint folder, or beside a checkpoint file. */
async function configBeside(path: string): Promise<unknown> {
  const folder = (await stat(path)).isDirectory() ? path : dirname(path);
  const where = join(folder, 'config.json');
  return parseJson(await readFile(where, 'utf8'), v.unknown(), where);
}
