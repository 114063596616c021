/** Models in a browser: read from their server by ranges, as they are needed; nothing is kept of them. */
import { servedFolder } from './checkpoint/served-folder.js';
import { checkFileName } from './hub/file-name.js';
import { HUGGING_FACE, isRepo, type ModelAddress, parseAddress } from './hub/model-address.js';
import type { ModelFiles } from './model-files.js';
import type { PretrainedOptions } from './pretrained-options.js';
import { filesOf, watchedFiles } from './watched-files.js';

/**
 * An address, which may be relative when it begins with `/`, `./` or `../`, or `org/repo` of Hugging Face.
 *
 * @throws Error without a name, for a path, and when the server has no such model; TypeError for options that mean
 *   nothing here.
 */
export async function namedModel(name: string | undefined, options: PretrainedOptions): Promise<ModelFiles> {
  if (name === undefined) {
    throw new Error(`expected the address of a model (or its files), got none: ${REMEDY}`);
  }
  checkOptions(name, options);
  const base = addressOf(name, options);
  let { signal } = options; // ends requests while the model is loaded, not those that come later
  const fetch: typeof globalThis.fetch = (url, init) =>
    globalThis.fetch(url, { ...init, ...(signal && !init?.signal && { signal }) });
  const server = servedFolder(base, { fetch });
  const { found, missing } = await filesOf(server);
  if (missing.length > 0) {
    throw new Error(`${base}: expected ${missing.join(', ')}, got no such file; check the address`);
  }
  const files = await watchedFiles(name, server, found, options.onProgress);
  return {
    ...files,
    ready() {
      signal = undefined;
      files.ready();
    },
  };
}

const REMEDY =
  'put a folder of weights, e.g. node_modules/internvl/weights/internvl-nano, among the files that the page is served with';

function checkOptions(name: string, { cacheDir, localFilesOnly }: PretrainedOptions): void {
  if (cacheDir !== undefined)
    throw new TypeError(`expected no cacheDir in a browser, which keeps no such folder, got ${cacheDir}`);
  if (localFilesOnly !== true) return;
  throw new Error(`${name}: expected files that were chosen in the page (localFilesOnly), got an address`);
}

/** The folder's address, without `/` at its end. */
function addressOf(name: string, { revision = 'main', subfolder = '' }: PretrainedOptions): string {
  if (subfolder !== '') checkFileName(subfolder, 'subfolder');
  const address = parsedName(name);
  const base =
    address.kind === 'url'
      ? address.url
      : `${HUGGING_FACE}/${address.repo}/resolve/${encodeURIComponent(address.revision ?? revision)}`;
  const url = new URL(base);
  if (subfolder !== '') url.pathname = `${url.pathname.replace(/\/+$/, '')}/${subfolder}`;
  return url.href;
}

function parsedName(name: string): ModelAddress {
  if (/^(https?:|\/|\.{1,2}\/)/i.test(name)) {
    const here = globalThis.document?.baseURI ?? globalThis.location?.href;
    if (!URL.canParse(name, here))
      throw new Error(`${name}: expected a whole address, for ${here} has no folders`);
    return parseAddress(new URL(name, here).href, HUGGING_FACE);
  }
  if (isRepo(name)) return { kind: 'repo', repo: name };
  throw new Error(
    `model ${JSON.stringify(name)}: expected an address (https://…, /…, ./…) or org/repo of Hugging Face, got ` +
      'neither; a page reads folders of this machine when a person chooses them',
  );
}
