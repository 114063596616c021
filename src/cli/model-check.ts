/** What `internvl doctor` says about a model: where it is, what it holds, what memory it needs. */
import { runningEngine } from '../backend/engine.js';
import { diskFolder } from '../checkpoint/disk-folder.js';
import { openFolder } from '../checkpoint/open-folder.js';
import { readConfig } from '../contrastive/read-config.js';
import type { HubOptions } from '../hub/hub-options.js';
import { resolveModel } from '../hub/resolve-model.js';
import { embeddedModel } from '../loaded-model.js';
import { type MemoryPlan, memoryPlan } from '../memory-plan.js';
import { readTokenizer } from '../text/read-tokenizer.js';
import type { Finding } from './doctor.js';
import { formatBytes, formatCount } from './words.js';

/**
 * Reads headers only, no weights, and downloads nothing. @throws Error when the model is missing or invalid.
 */
export async function checkModel(name = embeddedModel(), options: HubOptions = {}): Promise<Finding[]> {
  const source = await resolveModel(name, { ...options, localFilesOnly: true });
  const { signal } = options;
  const folder = diskFolder(source);
  const tokenizer = await readTokenizer(source);
  const checkpoint = await openFolder(folder, undefined, signal && { signal });
  try {
    const config = await readConfig(folder, checkpoint);
    const plan = memoryPlan(checkpoint, runningEngine());
    const { vision, qllama } = config;
    const blocks = `${vision.numLayers} vision blocks, ${qllama.numLayers} text layers`;
    return [
      { name: 'model', value: source },
      { name: 'parameters', value: `${formatCount(plan.parameters)} for InternVL-C (${blocks})` },
      { name: 'vocabulary', value: `${formatCount(tokenizer.vocabSize)} pieces` },
      memory(plan),
    ];
  } finally {
    await checkpoint.close();
  }
}

function memory({ bytes, lends, memory }: MemoryPlan): Finding {
  const residency = memory === 'resident' ? 'all weights' : 'two blocks at once, streamed';
  const kept = lends ? 'matrices as stored, in the engine' : 'as float32';
  const value = `${formatBytes(bytes)}: ${residency}, ${kept}; activations come on top`;
  const free = process.availableMemory();
  if (free > bytes) return { name: 'model memory', value };
  const problem = `expected ${formatBytes(bytes)} of free memory, got ${formatBytes(free)}`;
  return { name: 'model memory', value, problem };
}
