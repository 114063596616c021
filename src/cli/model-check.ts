/** What `internvl doctor` says about a model: where it is, what it holds, what memory it needs. */
import { diskFolder } from '../checkpoint/disk-folder.js';
import { openFolder } from '../checkpoint/open-folder.js';
import { readConfig } from '../contrastive/read-config.js';
import type { HubOptions } from '../hub/hub-options.js';
import { resolveModel } from '../hub/resolve-model.js';
import { contrastiveBytes, embeddedModel, RESIDENT_BYTES } from '../loaded-model.js';
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
    const bytes = contrastiveBytes(checkpoint);
    const { vision, qllama } = config;
    const blocks = `${vision.numLayers} vision blocks, ${qllama.numLayers} text layers`;
    return [
      { name: 'model', value: source },
      { name: 'parameters', value: `${formatCount(bytes / 4)} for InternVL-C (${blocks})` },
      { name: 'vocabulary', value: `${formatCount(tokenizer.vocabSize)} pieces` },
      memory(bytes),
    ];
  } finally {
    await checkpoint.close();
  }
}

function memory(bytes: number): Finding {
  const residency = bytes <= RESIDENT_BYTES ? 'resident' : 'streamed, one block at a time';
  const value = `${formatBytes(bytes)} of float32 weights: ${residency}`;
  const needed = Math.min(2 * bytes, 4e9); // tfjs packs a matrix a second time
  if (process.availableMemory() > needed) return { name: 'model memory', value };
  return { name: 'model memory', value, problem: `expected ${formatBytes(needed)} of free memory` };
}
