/**
 * What the optimiser does with each parameter: its share of the learning rate, and whether its weights decay.
 *
 * Paper: table 13 gives stage 1 two learning rates (image 1e-3, text 1e-4) and stage 2 one.
 */

/** A parameter as the rules see it: its official name and shape. */
export interface NamedShape {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface ParameterGroup {
  /** The learning rate of the step is multiplied by this. */
  readonly lrScale: number;
  readonly decays: boolean;
}

/** Group by official name. */
export type ParameterGroups = ReadonlyMap<string, ParameterGroup>;

/** Whether a parameter belongs to the image side; the temperature counts with the text, as officially. */
export function isImageParameter(name: string): boolean {
  return name.startsWith('vision_model.') || name.startsWith('clip_projector.');
}

/** Queries, cross-attention, what is on top of them, and the head of language, which no stage before has trained. */
export function isQueryParameter(name: string): boolean {
  return /^(query_tokens|clip_projector2|itm_head|logit_scale|qllama\.lm_head)|\.layers\.\d+\.cross_attn\./.test(
    name,
  );
}

/**
 * Stage 1: the image side learns at the full rate, the text side at `textScale` of it (paper: 0.1). Matrices
 * decay; norms, biases, scales and tables of embeddings do not.
 */
export function stage1Groups(parameters: Iterable<NamedShape>, textScale: number): ParameterGroups {
  return groupsBy(parameters, (name) => (isImageParameter(name) ? 1 : textScale));
}

/** Stage 2: the full rate, and `languageScale` of it for the parts of stage 1. Matrices decay, as in stage 1. */
export function stage2Groups(parameters: Iterable<NamedShape>, languageScale: number): ParameterGroups {
  return groupsBy(parameters, (name) => (isQueryParameter(name) ? 1 : languageScale));
}

function groupsBy(parameters: Iterable<NamedShape>, lrScaleOf: (name: string) => number): ParameterGroups {
  return new Map(
    [...parameters].map(({ name, shape }) => [
      name,
      { lrScale: lrScaleOf(name), decays: isMatrix(name, shape) },
    ]),
  );
}

/** A weight that multiplies: rank 2, or 4 for the patch kernel, and no table of embeddings. */
function isMatrix(name: string, shape: readonly number[]): boolean {
  return shape.length >= 2 && !/(_embedding|embed_tokens\.weight|query_tokens)$/.test(name);
}

/** Values that a step changes. Float64 shows changes that float32 rounds away (rates of 1e-6). */
export type Changeable = Float32Array | Float64Array;

/** What one step does to one parameter. */
export interface Update {
  readonly name: string;
  readonly parameter: Changeable;
  readonly gradient: Float32Array;
  readonly learningRate: number;
  readonly weightDecay: number;
}

/**
 * Pairs every gradient with its parameter and the rates of its group. A parameter without gradient is left
 * alone, as PyTorch does.
 *
 * @throws Error for a gradient without parameter or group, RangeError when their sizes differ.
 */
export function plannedUpdates(
  parameters: ReadonlyMap<string, Changeable>,
  gradients: ReadonlyMap<string, Float32Array>,
  groups: ParameterGroups,
  rates: { readonly learningRate: number; readonly weightDecay: number },
): Update[] {
  return [...gradients].map(([name, gradient]) => {
    const [parameter, group] = [parameters.get(name), groups.get(name)];
    if (parameter === undefined) throw new Error(`${name}: expected a parameter for this gradient, got none`);
    if (group === undefined) throw new Error(`${name}: expected a parameter group, got none`);
    if (parameter.length !== gradient.length) {
      throw new RangeError(
        `${name}: expected a gradient of ${parameter.length} values, got ${gradient.length}`,
      );
    }
    const learningRate = rates.learningRate * group.lrScale;
    return { name, parameter, gradient, learningRate, weightDecay: group.decays ? rates.weightDecay : 0 };
  });
}
