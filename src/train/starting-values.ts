/** What a model begins with: initial values, or those of an earlier stage where it has them. */
import * as tf from '@tensorflow/tfjs-core';

import { checkpointWeights } from '../checkpoint/checkpoint-weights.js';
import type { FloatSource } from '../checkpoint/float-source.js';
import { openCheckpoint } from '../checkpoint/open-checkpoint.js';
import { resizePositions } from '../vision/position.js';
import type { TrainingConfig } from './config.js';
import { initialValues } from './initial-values.js';

/**
 * The values of the model in `folder`, and initial ones for what it lacks (queries, cross-attention, their heads); a
 * position table of another size is interpolated. Without a folder all are initial.
 */
export async function startingValues(config: TrainingConfig, folder?: string): Promise<FloatSource> {
  const { initializerFactor: layerScale } = config.model.vision;
  const initial = initialValues({ seed: config.seed, layerScale, scale: config.initialScale });
  if (folder === undefined) return initial;
  const stored = checkpointWeights(await openCheckpoint(folder));
  return {
    shapeOf: (name) => stored.shapeOf(name),
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
