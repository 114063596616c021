/**
 * Options of `InternVL.fromPretrained`; the names of transformers and transformers.js are accepted as well.
 */
import type { Device } from './backend/start.js';
import type { HubProgress } from './hub/progress.js';
import type { EngineOptions } from './simd/engine-options.js';

/** Where weights are while they are not used: all in memory, or in their files. */
export type Memory = 'resident' | 'stream';

export interface PretrainedOptions extends EngineOptions {
  /** Where to compute: `wasm` (SIMD, the default) or `cpu` (plain JavaScript, slow). */
  readonly device?: Device | undefined;
  /**
   * `resident` keeps all weights in memory, `stream` one block at a time (slower on a second use, any size of
   * model). When left out: resident if the weights fit.
   */
  readonly memory?: Memory | undefined;
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
