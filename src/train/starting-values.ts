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
 * (queries, cross-attention, their heads); a position table of another size is interpolated. Layers behind its last one
 * begin as the identity, so that the model begins with saying the same. Without a folder all are initial.
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
      if (found === undefined) {
        const values = await initial.read(name, shape, rows, signal);
        return isBranchOfNewLayer(name, stored) ? values.fill(0) : values;
      }
      if (!name.endsWith('position_embedding') || found[1] === shape[1])
        return stored.read(name, shape, rows, signal);
      return resized(await stored.read(name, found), found, shape);
    },
  };
}

/** Where the branches of a layer join the stream: x + W·…, so that with zeros the layer changes nothing. */
const BRANCH_END =
  /\.(\d+)\.((?:self_attn|cross_attn)\.o_proj|mlp\.down_proj|attn\.proj|mlp\.fc2)\.(weight|bias)$/;

/**
 * Whether the tensor ends a branch of a layer that the stored model has not, though it has the first of that tower.
 *
 * Source: function-preserving growth, Net2Net (Chen et al. 2016).
 */
function isBranchOfNewLayer(name: string, stored: FloatSource): boolean {
  return BRANCH_END.test(name) && stored.shapeOf(name.replace(BRANCH_END, '.0.$2.$3')) !== undefined;
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
