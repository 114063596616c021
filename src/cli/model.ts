/** Options that say which model runs and how, for every command that needs one. */

import type { HubProgress } from '../hub/progress.js';
import { InternVL } from '../internvl.js';
import { leftoversLine } from '../leftovers.js';
import { engineOptions, engineOptionsOf } from './engine-options.js';
import { openingModel } from './exit-code.js';
import type { OptionTable, Values } from './options.js';
import { progressBar } from './progress.js';
import type { Terminal } from './terminal.js';
import { formatBytes } from './words.js';

export const modelOptions = {
  model: {
    kind: 'text',
    value: 'DIR|ORG/REPO',
    short: 'm',
    help: 'a folder, an https address, or a repository of the Hugging Face hub (default: the small model of this package)',
  },
  ...engineOptions,
  memory: {
    kind: 'size',
    value: 'resident|stream|SIZE',
    oneOf: ['resident', 'stream'],
    help: 'all weights in memory, two blocks at a time, or what keeps the process below a size such as 2GB (default: resident up to 1.5 GB)',
  },
  revision: { kind: 'text', value: 'REV', help: 'branch, tag or commit of the repository' },
  'cache-dir': {
    kind: 'text',
    value: 'DIR',
    help: 'where downloads are kept (default: the Hugging Face cache)',
  },
  offline: { kind: 'flag', help: 'never use the network' },
} as const satisfies OptionTable;

type ModelValues = Values<typeof modelOptions>;

/**
 * Loads the model, uses it, and frees it whatever happens.
 *
 * @throws with exit code 3 when the model is missing or invalid.
 */
export async function withModel<T>(
  terminal: Terminal,
  values: ModelValues,
  use: (model: InternVL) => Promise<T>,
): Promise<T> {
  const model = await openingModel(() => loadModel(terminal, values));
  try {
    return await use(model);
  } finally {
    await model.dispose();
  }
}

async function loadModel(terminal: Terminal, values: ModelValues): Promise<InternVL> {
  const progress = progressBar(terminal, 'loading');
  const onProgress = (event: HubProgress): void => {
    if (event.status !== 'progress_total') return;
    progress.update(event.loaded, event.total, `downloading ${formatBytes(event.total)}`);
  };
  const model = await InternVL.fromPretrained(values.model, {
    ...engineOptionsOf(values),
    memory: values.memory,
    revision: values.revision,
    cacheDir: values['cache-dir'],
    localFilesOnly: values.offline || undefined,
    signal: terminal.signal,
    onProgress,
  });
  progress.end();
  const leftovers = leftoversLine(model.leftovers);
  if (leftovers !== undefined) terminal.note(leftovers);
  return model;
}
