/** A model at its beginning: with initial values, or those of an earlier stage where it has them. */
import * as tf from '@tensorflow/tfjs-core';

import { checkpointWeights } from '../checkpoint/checkpoint-weights.js';
import type { FloatSource } from '../checkpoint/float-source.js';
import { openCheckpoint } from '../checkpoint/open-checkpoint.js';
import { resizePositions } from '../vision/position.js';
import type { TrainingConfig } from './config.js';
import { initialValues } from './initial-values.js';
import { type StageModel, stageOf } from './stage.js';

/**
 * The model of the config's stage, with the values of the model in `folder`, and initial ones for what that lacks
 * (queries, cross-attention, their heads); a position table of another size is interpolated. Without a folder all are
 * initial.
 */
export async function openModelOf(config: TrainingConfig, folder?: string): Promise<StageModel> {
  const { initializerFactor: layerScale } = config.model.vision;
  const initial = initialValues({ seed: config.seed, layerScale, scale: config.initialScale });
  const stage = stageOf(config);
  if (folder === undefined) return stage.open(initial);
  const checkpoint = await openCheckpoint(folder);
  try {
    return await stage.open(withInitialValues(checkpointWeights(checkpoint), initial));
  } finally {
    await checkpoint.close();
  }
}

function withInitialValues(stored: FloatSource, initial: FloatSource): FloatSource {
  return {
    // The table is asked for in the size of the config, not of the file.
    shapeOf: (name) => (name.endsWith('position_embedding') ? undefined : stored.shapeOf(name)),
    async read(name, shape, rows, signal) {
      const found = stored.shapeOf(name);
      if (found === undefined) return initial.read(name, shape, rows, signal);
      if (!name.endsWith('position_embedding') || found[1] === shape[1])
        return stored.read(name, shape, rows, signal);
      return resized(await stored.read(name, found), found, shape);
    },
  };
}

function resized(
  table: Float32Array,
  from: readonly number[],
  to: readonly number[],
): Float32Array<ArrayBuffer> {
  const side = Math.sqrt((to[1] ?? 1) - 1);
  return tf.tidy(() => {
    const positions = resizePositions(tf.tensor3d(table, from as [number, number, number]), side, side);
    return new Float32Array(positions.dataSync());
  });
}
