/**
 * Options of `InternVL.fromPretrained`; the names of transformers and transformers.js are accepted as well.
 */
import type { Device } from './backend/start.js';
import { type ByteSize, parseBytes } from './byte-size.js';
import type { HubProgress } from './hub/progress.js';
import type { EngineOptions } from './simd/engine-options.js';

/** Where weights are while they are not used: all in memory, or in their files. */
export type Memory = 'resident' | 'stream';

export interface PretrainedOptions extends EngineOptions {
  /** `wasm` (SIMD), `webgpu` (a graphics device) or `cpu` (plain JavaScript, slow); `INTERNVL_DEVICE`, else `wasm`. */
  readonly device?: Device | undefined;
  /**
   * `resident` keeps all weights in memory, `stream` one or two blocks at a time (slower on a second use, any size of
   * model). A size (`'2GB'`, or a number of bytes) is what the whole process may take: the fastest way that fits is
   * chosen. When left out: resident if the weights take up to 1.5 GB.
   */
  readonly memory?: Memory | ByteSize | number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told while files arrive; the events are those of transformers.js. */
  readonly onProgress?: ((event: HubProgress) => void) | undefined;
  /** Branch, tag or commit of a repository on the Hugging Face hub. */
  readonly revision?: string | undefined;
  /** Folder inside of the model's folder that holds its files. */
  readonly subfolder?: string | undefined;
  /** Where downloads are kept; by default the Hugging Face cache of this machine. */
  readonly cacheDir?: string | undefined;
  /** Never use the network. */
  readonly localFilesOnly?: boolean | undefined;
}

/**
 * What `memory` asks for: a way to keep weights, or the bytes of a budget.
 *
 * @throws TypeError for another word, RangeError for a number that is no size.
 */
export function askedMemory(memory: PretrainedOptions['memory']): Memory | number | undefined {
  if (memory === undefined || memory === 'resident' || memory === 'stream') return memory;
  const bytes = typeof memory === 'string' ? parseBytes(memory) : memory;
  if (typeof bytes !== 'number') {
    throw new TypeError(
      `memory: expected resident, stream or a size such as 2GB, 800MB or 1.5GiB, got ${String(memory)}`,
    );
  }
  if (bytes > 0) return bytes;
  throw new RangeError(`memory: expected a number of bytes above 0, got ${bytes}`);
}

/** The same options under the names of other libraries. */
export interface AliasedOptions extends PretrainedOptions {
  readonly progress_callback?: PretrainedOptions['onProgress'];
  readonly cache_dir?: PretrainedOptions['cacheDir'];
  readonly local_files_only?: PretrainedOptions['localFilesOnly'];
}

const KNOWN = [
  'device',
  'threads',
  'arithmetic',
  'deterministic',
  'memoryLimit',
  'memory',
  'signal',
  'onProgress',
  'revision',
  'subfolder',
  'cacheDir',
  'localFilesOnly',
];
const ALIASES: Readonly<Record<string, string>> = {
  progress_callback: 'onProgress',
  cache_dir: 'cacheDir',
  local_files_only: 'localFilesOnly',
};

/**
 * The options under their own names.
 *
 * @throws TypeError for a name that is no option: a misspelt one would be ignored silently.
 */
export function withoutAliases(options: AliasedOptions): PretrainedOptions {
  const named = Object.entries(options).map(([name, value]) => [ALIASES[name] ?? name, value] as const);
  checkOptions(Object.fromEntries(named), KNOWN);
  return Object.fromEntries(named);
}

/** @throws TypeError for a name that is no option of a call: a misspelt one would be ignored silently. */
export function checkOptions(options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TypeError(`expected an option of ${known.join(', ')}, got ${unknown}`);
}
