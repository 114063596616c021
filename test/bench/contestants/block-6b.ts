/** InternViT-6B's blocks, read from shards while they compute. */
import * as tf from '@tensorflow/tfjs-core';

import { runningEngine } from '../../../src/backend/engine.js';
import { startBackend } from '../../../src/backend/start.js';
import { checkpointWeights } from '../../../src/checkpoint/checkpoint-weights.js';
import { openCheckpoint } from '../../../src/checkpoint/open-checkpoint.js';
import { Scope } from '../../../src/checkpoint/scope.js';
import { type Blocks, streamedBlocks } from '../../../src/nn/blocks.js';
import type { Engine } from '../../../src/simd/engine.js';
import type { Arithmetic } from '../../../src/simd/engine-options.js';
import type { Block } from '../../../src/vision/block.js';
import { internVit6B } from '../../../src/vision/config.js';
import { readBlock } from '../../../src/vision/weights.js';
import { valuesOf } from './values.js';

export const TOKENS = 257;

export interface Block6BSettings {
  readonly threads: number;
  readonly arithmetic?: Arithmetic;
  /** Where the shards are, and how many blocks are in them. */
  readonly folder: string;
  readonly blocks: number;
}

/** Starts the backend, with an engine. */
export async function startedEngine({ threads, arithmetic }: Block6BSettings): Promise<Engine> {
  await startBackend({ threads, ...(arithmetic && { arithmetic }) });
  const engine = runningEngine();
  if (!engine) throw new Error('expected a running engine, got none');
  await engine.ready();
  return engine;
}

/** `length` blocks; those beyond the ones on disk are the same again. */
export async function blocks6B(
  engine: Engine,
  settings: Block6BSettings,
  length: number,
): Promise<Blocks<Block>> {
  const source = await openCheckpoint(settings.folder, { names: 'stored' });
  const scope = new Scope(checkpointWeights(source), '', { lender: engine });
  return streamedBlocks(length, (i, signal) =>
    readBlock(scope.until(signal).at(`encoder.layers.${i % settings.blocks}`), internVit6B),
  );
}

/** States of about the size they have inside the model: [1, T, C]. */
export function tokens6B(): tf.Tensor3D {
  const { hiddenSize: C } = internVit6B;
  return tf.tensor3d(valuesOf('tokens', TOKENS * C), [1, TOKENS, C]);
}
