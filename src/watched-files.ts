/** The files of a model while it is loaded: how much of each has been read is told. */
import type { ByteSource } from './checkpoint/byte-source.js';
import { type Folder, readText } from './checkpoint/folder.js';
import { type HubProgress, type ProgressReport, progressReport } from './hub/progress.js';
import { type WantedFiles, wantedFiles } from './hub/wanted-files.js';
import type { ModelFiles } from './model-files.js';

/** Which files of the folder make the model, and which are missing. */
export function filesOf(folder: Folder): Promise<WantedFiles> {
  const { description, has } = folder;
  return wantedFiles({ description, has, text: (file) => readText(folder, file) }, '');
}

/** The folder with a report of what is read of `files` until all is ready. */
export async function watchedFiles(
  source: string,
  folder: Folder,
  files: readonly string[],
  onProgress: (event: HubProgress) => void = () => {},
): Promise<ModelFiles> {
  const read = files.filter((file) => file !== 'preprocessor_config.json'); // which says what the code does anyway
  const opened = await Promise.all(read.map((file) => folder.open(file)));
  const sizes = new Map(read.map((file, i) => [file, opened[i]?.size ?? 0]));
  const progress = new LoadingProgress(progressReport(source, sizes, onProgress), sizes);
  return {
    source,
    folder: { ...folder, open: async (file) => progress.watch(file, await folder.open(file)) },
    ready() {
      progress.end();
      onProgress({ status: 'ready', name: source });
    },
  };
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
