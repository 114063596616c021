/** From what a user calls a model to a folder on this machine with all of its files. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { cachedModel } from './cached-model.js';
import { downloadModel } from './download-model.js';
import { checkFileName } from './file-name.js';
import { type HubOptions, type HubSettings, hubSettings } from './hub-options.js';
import { parseModelSource } from './model-source.js';
import { type Remote, repoRemote, urlRemote } from './remote.js';
import { repoCache } from './repo-cache.js';

/**
 * A folder path, a `file:` address, the `https:` address of a folder, or `org/repo` of Hugging Face → the
 * folder. Local folders never touch the network; what is complete in the cache does not either, unless
 * `refresh` asks for it.
 *
 * @throws Error naming the model and the remedy when it cannot be had; the signal's reason when aborted.
 */
export async function resolveModel(source: string, options: HubOptions = {}): Promise<string> {
  const settings = hubSettings(options);
  settings.signal?.throwIfAborted();
  if (settings.subfolder !== '') checkFileName(settings.subfolder, 'subfolder');
  const parsed = parseModelSource(source, settings.endpoint);
  const folder =
    parsed.kind === 'folder'
      ? await localFolder(parsed.path)
      : await resolveRemote(
          parsed.kind === 'url'
            ? urlRemote(parsed.url, settings)
            : repoRemote(parsed.repo, parsed.revision ?? settings.revision, settings),
          settings,
        );
  settings.onProgress({ status: 'ready', name: source });
  return join(folder, settings.subfolder);
}

async function localFolder(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return path;
  const what = found === undefined ? 'nothing there' : 'a file; give the folder that holds it';
  throw new Error(`${path}: expected the folder of a model, got ${what}`);
}

async function resolveRemote(remote: Remote, settings: HubSettings): Promise<string> {
  const cache = repoCache(remote.folder);
  const cached = await cachedModel(cache, remote.revision, settings.subfolder);
  if (settings.isOffline) {
    if (cached?.missing.length === 0) return cached.folder;
    const missing = (cached?.missing ?? ['config.json']).join(', ');
    throw new Error(
      `${remote.name}: expected all of its files in ${remote.folder} (offline), got none of ${missing}; ` +
        'run once without HF_HUB_OFFLINE (or --offline), or copy the folder of the model here and give its path',
    );
  }
  if (cached?.isSettled && !settings.refresh) return cached.folder;
  return downloadModel(remote, cache, settings);
}
