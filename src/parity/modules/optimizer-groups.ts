/** Module `optimizer.groups`: the learning rate and the decay of every parameter, by its name. */
import * as v from 'valibot';

import { openCheckpoint } from '../../checkpoint/open-checkpoint.js';
import { isVectorName, layerDecayGroups, segmentationGroups } from '../../train/layer-decay.js';
import type { NamedShape, ParameterGroups } from '../../train/parameter-groups.js';
import { judge, judgeEqual } from '../compare.js';
import { weightsPath } from '../model.js';
import { numberParam, param } from '../params.js';
import type { ParityCase } from '../parity-case.js';
import type { ModuleRunner, RunOptions } from '../runner.js';

const schema = v.record(v.string(), v.object({ lr_scale: v.number(), weight_decay: v.boolean() }));
const scaleTolerance = 1e-12; // powers in float64

export const optimizerGroupsRunner: ModuleRunner = {
  params: [
    'vit_layer_decay_rate',
    'qllama_layer_decay_rate',
    'vision_layers',
    'qllama_layers',
    'layer_decay_rate',
    'num_layers',
    'ndim',
  ],
  async run(parityCase, options) {
    const expected = Object.entries(await parityCase.data(schema));
    const groups = await groupsOf(
      parityCase,
      expected.map(([name]) => name),
      options,
    );
    const scales = (values: number[]) => ({ shape: [values.length], data: values });
    return {
      judged: [
        judge(
          'lr_scale',
          scales(expected.map(([name]) => groups.get(name)?.lrScale ?? Number.NaN)),
          scales(expected.map(([, group]) => group.lr_scale)),
          { relativeL2: scaleTolerance, maxAbs: scaleTolerance },
        ),
        judgeEqual(
          'weight_decay',
          expected.map(([name]) => [name, groups.get(name)?.decays]),
          expected.map(([name, group]) => [name, group.weight_decay]),
        ),
      ],
    };
  },
};

async function groupsOf(
  parityCase: ParityCase,
  names: readonly string[],
  options: RunOptions,
): Promise<ParameterGroups> {
  const { params } = parityCase.manifest;
  if (params.ndim !== undefined) {
    const ranks = param(parityCase, 'ndim', v.record(v.string(), v.number()));
    const parameters = names.map((name) => ({ name, shape: new Array<number>(ranks[name] ?? 2).fill(1) }));
    const rate = numberParam(parityCase, 'layer_decay_rate');
    return segmentationGroups(parameters, { rate, layers: numberParam(parityCase, 'num_layers') });
  }
  const parameters = await parametersOf(parityCase, names, options);
  return layerDecayGroups(parameters, {
    vitRate: numberParam(parityCase, 'vit_layer_decay_rate'),
    qllamaRate: numberParam(parityCase, 'qllama_layer_decay_rate'),
    vitLayers: layersOf(parameters, 'vision_model.encoder.layers'),
    qllamaLayers: layersOf(parameters, 'qllama.model.layers'),
  });
}

/** The shapes of the case's checkpoint; without one, a shape of the rank that the name tells. */
async function parametersOf(
  parityCase: ParityCase,
  names: readonly string[],
  options: RunOptions,
): Promise<NamedShape[]> {
  if (parityCase.manifest.weights === null) {
    return names.map((name) => ({ name, shape: isVectorName(name) ? [1] : [1, 1] }));
  }
  const source = await openCheckpoint(weightsPath(parityCase, options));
  await source.close();
  return [...source.infos.values()];
}

/** One more than the largest index below `prefix`. */
function layersOf(parameters: readonly NamedShape[], prefix: string): number {
  const indexes = parameters.filter(({ name }) => name.startsWith(`${prefix}.`));
  return 1 + Math.max(-1, ...indexes.map(({ name }) => Number(name.slice(prefix.length + 1).split('.')[0])));
}
