/** The memory that the ranks of a run share: parameters, gradients, embeddings, and AdamW's moments. */
import { sharedKernels } from '../simd/shared-kernels.js';
import { type SharedParameters, sharedFloats } from './optimizer-step.js';
import type { ParameterGroups } from './parameter-groups.js';
import { joinGroup, type RankGroup, type SharedBuffers, sharedBuffers } from './rank-group.js';
import type { Stage } from './stage.js';
import type { Parameter } from './trainable.js';
import type { TrainingRun } from './training-run.js';

export interface Shared extends SharedParameters {
  readonly stage: Stage;
  readonly buffers: SharedBuffers;
  readonly group: RankGroup;
  readonly groups: ParameterGroups;
}

/** The parameters of the state become views of shared memory, where every rank reads them. */
export async function moveToShared(
  { config, state, model }: TrainingRun,
  stage: Stage,
  concepts: number,
): Promise<Shared> {
  const { learned } = model;
  const size = [...state.parameters.values()].reduce((sum, values) => sum + values.length, 0);
  const kernels = await sharedKernels();
  const floats = (length: number) => sharedFloats(kernels, length);
  const buffers = sharedBuffers(config, size, stage.exchange(concepts), floats);
  const group = joinGroup(buffers, 0);
  const parameters = viewsOf(group.parameters, learned);
  for (const [name, view] of parameters) {
    view.set(state.parameters.get(name) ?? []);
    (state.parameters as Map<string, Float32Array>).set(name, view); // from here on they are the same memory
  }
  buffers.memory.forEach((array, i) => {
    array.set(state.memory[i] ?? []);
  });
  state.memory = buffers.memory;
  const groups = stage.groups([...learned.values()].map(({ origin }) => origin));
  return {
    kernels,
    stage,
    buffers,
    group,
    parameters,
    gradients: viewsOf(group.gradientOf(0), learned),
    groups,
  };
}

function viewsOf(flat: Float32Array, learned: ReadonlyMap<string, Parameter>): Map<string, Float32Array> {
  let offset = 0;
  const views = new Map<string, Float32Array>();
  for (const [name, { variable }] of learned) {
    views.set(name, flat.subarray(offset, offset + variable.size));
    offset += variable.size;
  }
  return views;
}
