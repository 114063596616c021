/**
 * Fetches the content of one file: resumed where an earlier try stopped, checked, and then put in place at
 * once.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { HubSettings } from './hub-options.js';
import { withLock } from './lock.js';
import type { Remote } from './remote.js';
import { isPage, pageMessage, type RemoteFile } from './remote-file.js';
import { exists } from './repo-cache.js';
import { describe, passing, retry, send } from './request.js';

/** Where a file comes from and what it must turn out to be. */
export interface Download {
  readonly remote: Remote;
  readonly file: RemoteFile;
  readonly settings: HubSettings;
  /** Told the bytes that are on disk. */
  readonly onBytes: (loaded: number) => void;
}

/**
 * Downloads to `path` unless it is there. What has come stays in `path.incomplete` when the connection
 * breaks or the caller aborts, and the next try goes on from there.
 *
 * @throws Error when the server refuses, the size or the SHA-256 is another one, or the disk is full.
 */
export async function downloadBlob(path: string, download: Download): Promise<void> {
  const { settings } = download;
  await withLock(
    `${path}.lock`,
    async () => {
      if (await exists(path)) return;
      const partial = `${path}.incomplete`;
      await mkdir(dirname(path), { recursive: true });
      await retry(settings, () => receive(partial, download));
      await checkHash(partial, download);
      await rename(partial, path);
    },
    settings.signal,
  );
}

/** One connection: asks for what is missing and appends it. */
async function receive(partial: string, download: Download): Promise<void> {
  const { file, remote, settings } = download;
  const have = (await stat(partial).catch(() => undefined))?.size ?? 0;
  if (have > 0 && have === file.size) return;
  const from = file.size !== undefined && have < file.size ? have : 0; // of unknown size: from the begin
  const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {};
  const response = await send({ url: file.address, method: 'GET', headers, token: remote.token }, settings);
  if (!response.ok) {
    await response.body?.cancel();
    if (response.status === 416) await rm(partial, { force: true });
    throw response.status === 416
      ? passing(`${file.address}: expected the rest of the file from byte ${from}, got none`)
      : new Error(`${file.address}: expected the file, got ${describe(response)}`);
  }
  if (isPage(response)) throw new Error(`${file.address}: ${pageMessage}`);
  await append(partial, response, startOf(response, from, file), download);
}

/** The byte that the body begins with: `from`, or 0 when the server sends all of the file again. */
function startOf(response: Response, from: number, { address, size }: RemoteFile): number {
  if (response.status !== 206) return 0;
  const [, start, total] = response.headers.get('content-range')?.match(/^bytes (\d+)-\d+\/(\d+|\*)$/) ?? [];
  const isRight = Number(start) === from && (total === '*' || Number(total) === size);
  if (isRight) return from;
  throw new Error(
    `${address}: expected bytes ${from}-/${size}, got ${response.headers.get('content-range')}; try again`,
  );
}

async function append(partial: string, response: Response, start: number, download: Download): Promise<void> {
  const { file, settings, onBytes } = download;
  const out = await open(partial, start > 0 ? 'a' : 'w');
  let loaded = start;
  try {
    for await (const chunk of bodyOf(response, file.address)) {
      loaded += chunk.byteLength;
      if (loaded > (file.size ?? Number.POSITIVE_INFINITY)) break;
      await out.writeFile(chunk);
      onBytes(loaded);
      settings.signal?.throwIfAborted();
    }
  } finally {
    await out.close();
  }
  if (file.size === undefined || loaded === file.size) return;
  if (loaded < file.size) throw passing(`${file.address}: expected ${file.size} bytes, got only ${loaded}`);
  await rm(partial, { force: true });
  throw new RangeError(`${file.address}: expected ${file.size} bytes, got more; try again later`);
}

/** The chunks of the body; a connection that breaks is an error of the passing kind. */
async function* bodyOf(response: Response, address: string): AsyncGenerator<Uint8Array> {
  const chunks = (response.body ?? new ReadableStream<Uint8Array>()).getReader();
  try {
    for (;;) {
      const { done, value } = await chunks.read().catch((error: unknown) => {
        throw passing(`${address}: the connection broke; run again to go on from here`, error);
      });
      if (done) return;
      yield value;
    }
  } finally {
    await chunks.cancel().catch(() => {}); // nothing is left to read after an error
  }
}

async function checkHash(partial: string, { file, settings }: Download): Promise<void> {
  if (file.sha256 === undefined) return;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(partial, { highWaterMark: 2 ** 20 })) {
    settings.signal?.throwIfAborted();
    hash.update(chunk as Uint8Array);
  }
  const got = hash.digest('hex');
  if (got === file.sha256) return;
  await rm(partial, { force: true });
  throw new Error(
    `${file.address}: expected SHA-256 ${file.sha256}, got ${got}; the download was removed, try again`,
  );
}
