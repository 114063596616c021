/** What `internvl doctor` says about a model: where it is, what it holds, what memory it needs. */
import { weightLender } from '../backend/weight-lender.js';
import { diskFolder } from '../checkpoint/disk-folder.js';
import type { TensorSource } from '../checkpoint/tensor-source.js';
import type { InternVLConfig } from '../contrastive/config.js';
import { configOfTensors } from '../contrastive/config-tensors.js';
import { statedConfig } from '../contrastive/read-config.js';
import type { HubOptions } from '../hub/hub-options.js';
import { resolveModel } from '../hub/resolve-model.js';
import { type Choice, type Choices, memoryChoices } from '../memory-choices.js';
import { type MemoryPlan, memoryPlan } from '../memory-plan.js';
import type { Residency } from '../nn/blocks.js';
import { embeddedModel } from '../node-model.js';
import { openModel } from '../open-model.js';
import type { Memory } from '../pretrained-options.js';
import { readTokenizer } from '../text/read-tokenizer.js';
import type { Finding } from './doctor.js';
import { formatBytes, formatCount } from './words.js';

/**
 * Reads headers only, no weights, and downloads nothing.
 *
 * @param asked how to keep the weights, or bytes that the process may take.
 * @throws Error when the model is missing or invalid.
 */
export async function checkModel(
  name = embeddedModel(),
  options: HubOptions = {},
  asked?: Memory | number,
): Promise<Finding[]> {
  const source = await resolveModel(name, { ...options, localFilesOnly: true });
  const folder = diskFolder(source);
  const tokenizer = await readTokenizer(folder);
  const stated = await statedConfig(folder);
  const checkpoint = await openModel(folder, stated, options.signal);
  try {
    const shapeOf = (tensor: string) => checkpoint.infos.get(tensor)?.shape;
    const config = configOfTensors(stated, shapeOf, `${folder.description}/config.json`);
    const choices = memoryChoices(checkpoint, config, weightLender());
    const blocks = `${config.vision.numLayers} vision blocks, ${config.qllama.numLayers} text layers`;
    return [
      { name: 'model', value: source },
      { name: 'parameters', value: `${formatCount(choices.parameters)} (${blocks})` },
      { name: 'vocabulary', value: `${formatCount(tokenizer.vocabSize)} pieces` },
      ...choices.choices.map((choice) => need(choice, choices)),
      chosen(checkpoint, config, asked),
    ];
  } finally {
    await checkpoint.close();
  }
}

const ways: Readonly<Record<Residency, string>> = {
  resident: 'all weights in memory',
  stream: 'streamed, two blocks at a time',
  'one-by-one': 'streamed, one block at a time',
};

/** What one way takes, whether it is taken or not. */
function need({ residency, leastBytes, bytes }: Choice, { lends }: Choices): Finding {
  const kept = lends ? 'matrices as stored, in the engine' : 'as float32';
  const value = `${ways[residency]}: ${formatBytes(leastBytes)} or more, of which weights ${formatBytes(bytes)}, ${kept}`;
  return { name: `memory, ${residency}`, value };
}

/** Which way would be taken, or why none would do. */
function chosen(checkpoint: TensorSource, config: InternVLConfig, asked?: Memory | number): Finding {
  const name = 'model memory';
  const budget = typeof asked === 'number' ? ` of ${formatBytes(asked)}` : '';
  let plan: MemoryPlan;
  try {
    plan = memoryPlan(checkpoint, config, weightLender(), asked);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { name, value: `too little${budget}`, problem: error.message };
  }
  const value = `${formatBytes(plan.processBytes)}${budget} at most: ${ways[plan.residency]}`;
  const free = process.availableMemory();
  if (free > plan.processBytes) return { name, value };
  const problem = `expected ${formatBytes(plan.processBytes)} of free memory, got ${formatBytes(free)}`;
  return { name, value, problem };
}
