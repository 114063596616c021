/** Models in a browser: read from their server by ranges, as they are needed; nothing is kept of them. */
import type { ByteSource } from './checkpoint/byte-source.js';
import { type Folder, readText } from './checkpoint/folder.js';
import { servedFolder } from './checkpoint/served-folder.js';
import { checkFileName } from './hub/file-name.js';
import { HUGGING_FACE, isRepo, type ModelAddress, parseAddress } from './hub/model-address.js';
import { type ProgressReport, progressReport } from './hub/progress.js';
import { wantedFiles } from './hub/wanted-files.js';
import type { ModelFiles } from './model-files.js';
import type { PretrainedOptions } from './pretrained-options.js';

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
  const sizes = await sizesOf(server);
  const told = progressReport(name, sizes, options.onProgress ?? (() => {}));
  const progress = new LoadingProgress(told, sizes);
  return {
    source: name,
    folder: { ...server, open: async (file) => progress.watch(file, await server.open(file)) },
    ready() {
      signal = undefined;
      progress.end();
      options.onProgress?.({ status: 'ready', name });
    },
  };
}

const REMEDY =
  'put a folder of weights, e.g. node_modules/internvl/weights/internvl-nano, among the files that the page is served with';

function checkOptions(name: string, { cacheDir, localFilesOnly }: PretrainedOptions): void {
  if (cacheDir !== undefined)
    throw new TypeError(`cacheDir: expected Node, got a browser, which keeps no such folder`);
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

/** Bytes of the files that make the model. @throws Error naming those that the server lacks. */
async function sizesOf(server: Folder): Promise<Map<string, number>> {
  const { description, has } = server;
  const finder = { description, has, text: (file: string) => readText(server, file) };
  const { found, missing } = await wantedFiles(finder, '');
  if (missing.length > 0) {
    throw new Error(`${description}: expected ${missing.join(', ')}, got no such file; check the address`);
  }
  const read = found.filter((file) => file !== 'preprocessor_config.json'); // which says what the code does anyway
  const files = await Promise.all(read.map((file) => server.open(file)));
  return new Map(read.map((file, i) => [file, files[i]?.size ?? 0]));
}

/** Tells how much of each file has been read. A part that is read twice counts twice, up to the size of the file. */
class LoadingProgress {
  readonly #report: ProgressReport;
  readonly #sizes: ReadonlyMap<string, number>;
  readonly #loaded = new Map<string, number>();
  #hasEnded = false;

  constructor(report: ProgressReport, sizes: ReadonlyMap<string, number>) {
    this.#report = report;
    this.#sizes = sizes;
  }

  watch(file: string, bytes: ByteSource): ByteSource {
    if (!this.#sizes.has(file)) return bytes;
    if (!this.#loaded.has(file)) this.#start(file);
    return {
      ...bytes,
      read: async (start, length, signal) => {
        const result = await bytes.read(start, length, signal);
        this.#advance(file, length);
        return result;
      },
      readInto: async (start, target, signal) => {
        await bytes.readInto(start, target, signal);
        this.#advance(file, target.byteLength);
      },
    };
  }

  /** What has not been read by now is read when it is needed. */
  end(): void {
    for (const file of this.#loaded.keys()) this.#report.done(file);
    this.#hasEnded = true;
  }

  #start(file: string): void {
    this.#loaded.set(file, 0);
    this.#report.start(file);
  }

  #advance(file: string, length: number): void {
    if (this.#hasEnded) return;
    const loaded = Math.min((this.#loaded.get(file) ?? 0) + length, this.#sizes.get(file) ?? 0);
    this.#loaded.set(file, loaded);
    this.#report.advance(file, loaded);
  }
}
