/**
 * What a caller may choose about finding and fetching models, and what the environment says where he does
 * not.
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

import { HUGGING_FACE } from './model-address.js';
import type { HubProgress } from './progress.js';

export interface HubOptions {
  /** Branch, tag or commit of a Hugging Face repository (default: main). */
  readonly revision?: string | undefined;
  /** Folder inside of the model's folder that holds its files. */
  readonly subfolder?: string | undefined;
  /** Where models are kept (default: `$HF_HUB_CACHE`, `$HF_HOME/hub`, `~/.cache/huggingface/hub`). */
  readonly cacheDir?: string | undefined;
  /** Never touch the network (default: `$HF_HUB_OFFLINE`). */
  readonly localFilesOnly?: boolean | undefined;
  /** Ask the server for the newest files although complete ones are in the cache. */
  readonly refresh?: boolean | undefined;
  /** Server of `org/repo` (default: `$HF_ENDPOINT`, https://huggingface.co). */
  readonly endpoint?: string | undefined;
  /** Sent to that server only (default: `$HF_TOKEN`). */
  readonly token?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((event: HubProgress) => void) | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** The options with every choice made. */
export interface HubSettings {
  readonly revision: string;
  readonly subfolder: string;
  readonly cacheDir: string;
  readonly isOffline: boolean;
  readonly refresh: boolean;
  readonly endpoint: string;
  readonly token: string | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (event: HubProgress) => void;
  readonly fetch: typeof globalThis.fetch;
  /** Pauses before each further try, in milliseconds. */
  readonly waits: readonly number[];
}

type Environment = Readonly<Record<string, string | undefined>>;

export function hubSettings(options: HubOptions, env: Environment = process.env): HubSettings {
  const endpoint = options.endpoint ?? (env.HF_ENDPOINT || HUGGING_FACE);
  return {
    revision: options.revision ?? 'main',
    subfolder: options.subfolder ?? '',
    cacheDir: resolve(options.cacheDir ?? cacheFolder(env)),
    isOffline: options.localFilesOnly ?? isTrue(env.HF_HUB_OFFLINE),
    refresh: options.refresh ?? false,
    endpoint: endpoint.replace(/\/+$/, ''),
    token: options.token ?? (env.HF_TOKEN || undefined),
    signal: options.signal,
    onProgress: options.onProgress ?? (() => {}),
    fetch: options.fetch ?? globalThis.fetch,
    waits: [300, 1000, 3000],
  };
}

/** Where the Python library keeps its downloads too. */
function cacheFolder(env: Environment): string {
  if (env.HF_HUB_CACHE) return withHome(env.HF_HUB_CACHE);
  const cache = env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(withHome(env.HF_HOME || join(cache, 'huggingface')), 'hub');
}

/** `~` as a shell would write it out. */
export function withHome(path: string): string {
  return path.replace(/^~(?=$|[/\\])/, homedir());
}

function isTrue(value: string | undefined): boolean {
  return /^(1|true|yes|on)$/i.test(value ?? '');
}
