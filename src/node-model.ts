/** Models in Node: folders on disk; what is on a server is first brought into the cache on disk. */
import { fileURLToPath } from 'node:url';

import { diskFolder } from './checkpoint/disk-folder.js';
import type { HubOptions } from './hub/hub-options.js';
import { resolveModel } from './hub/resolve-model.js';
import type { ModelFiles } from './model-files.js';

/** The small model that comes with this package. */
export function embeddedModel(): string {
  return fileURLToPath(new URL('../weights/internvl-nano', import.meta.url));
}

/** As `resolveModel`; the embedded model without a name. */
export async function namedModel(name: string | undefined, options: HubOptions): Promise<ModelFiles> {
  const source = name ?? embeddedModel();
  return { source, folder: diskFolder(await resolveModel(source, options)), ready: () => {} };
}
