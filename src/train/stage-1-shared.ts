/** The memory that the ranks of a stage-1 run share: parameters, gradients, embeddings, and AdamW's moments. */
import { sharedKernels } from '../simd/shared-kernels.js';
import { type SharedParameters, sharedFloats } from './optimizer-step.js';
import { type ParameterGroups, stage1Groups } from './parameter-groups.js';
import { joinGroup, type RankGroup, type SharedBuffers, sharedBuffers } from './rank-group.js';
import type { Stage1Run } from './stage-1.js';
import type { TrainableInternVLC } from './trainable.js';

export interface Shared extends SharedParameters {
  readonly buffers: SharedBuffers;
  readonly group: RankGroup;
  readonly groups: ParameterGroups;
}

/** The parameters of the state become views of shared memory, where every rank reads them. */
export async function moveToShared({ config, state, trainable }: Stage1Run): Promise<Shared> {
  const size = [...state.parameters.values()].reduce((sum, values) => sum + values.length, 0);
  const kernels = await sharedKernels();
  const floats = (length: number) => sharedFloats(kernels, length);
  const buffers = sharedBuffers(config.ranks, config.batchSize, config.model, size, floats);
  const group = joinGroup(buffers, 0);
  const parameters = viewsOf(group.parameters, trainable);
  for (const [name, view] of parameters) {
    view.set(state.parameters.get(name) ?? []);
    (state.parameters as Map<string, Float32Array>).set(name, view); // from here on they are the same memory
  }
  const shapes = [...trainable.parameters.values()].map(({ origin }) => origin);
  const groups = stage1Groups(shapes, config.textLearningRate / config.imageLearningRate);
  return { kernels, buffers, group, parameters, gradients: viewsOf(group.gradientOf(0), trainable), groups };
}

function viewsOf(flat: Float32Array, trainable: TrainableInternVLC): Map<string, Float32Array> {
  let offset = 0;
  const views = new Map<string, Float32Array>();
  for (const [name, { variable }] of trainable.parameters) {
    views.set(name, flat.subarray(offset, offset + variable.size));
    offset += variable.size;
  }
  return views;
}
