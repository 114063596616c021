/** Brings all files of a model from a server into the cache. */
import { readFile, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

import { downloadBlob } from './download-blob.js';
import type { HubSettings } from './hub-options.js';
import { progressReport } from './progress.js';
import type { Remote } from './remote.js';
import { type RemoteFile, statRemote } from './remote-file.js';
import { exists, type RepoCache } from './repo-cache.js';
import { type FileFinder, wantedFiles } from './wanted-files.js';

/** Everything that is not weights is far below this. */
const maxTextBytes = 100_000_000;

/**
 * Asks for all sizes first, so that the first progress is of the whole; then fetches what the cache lacks.
 *
 * @returns the folder of the snapshot.
 * @throws Error when the server has no such model, or the disk has no room for it.
 */
export async function downloadModel(
  remote: Remote,
  cache: RepoCache,
  settings: HubSettings,
): Promise<string> {
  const server = askedServer(remote, cache, settings);
  const { found, missing } = await wantedFiles(server, settings.subfolder);
  if (missing.length > 0) {
    const check = remote.kind === 'url' ? 'address' : `revision ${JSON.stringify(remote.revision)}`;
    throw new Error(
      `${remote.name}: expected ${missing.join(', ')}, got no such file; check the ${check} ` +
        `(${remote.address(missing[0] ?? '')})`,
    );
  }
  const files = await Promise.all(found.map(server.stat));
  const known = files.filter((file) => file !== undefined);
  await checkRoom(cache, known);
  await fetchAll(remote, cache, known, settings);

  const commit = server.commit();
  for (const file of server.absent()) await cache.markAbsent(commit, file);
  await cache.setCommit(remote.revision, commit);
  return cache.snapshot(commit);
}

interface AskedServer extends FileFinder {
  stat(file: string): Promise<RemoteFile | undefined>;
  /** The commit that the first answer named; all later questions are about it. */
  commit(): string;
  absent(): string[];
}

/** Asks for each file once. */
function askedServer(remote: Remote, cache: RepoCache, settings: HubSettings): AskedServer {
  const answers = new Map<string, Promise<RemoteFile | undefined>>();
  const absent: string[] = [];
  let commit: string | undefined;
  const ask = async (file: string): Promise<RemoteFile | undefined> => {
    const answer = await statRemote(remote, file, settings, commit);
    if (answer === undefined) absent.push(file);
    commit ??= answer?.commit;
    return answer;
  };
  const askOnce = (file: string): Promise<RemoteFile | undefined> => {
    const answer = answers.get(file) ?? ask(file);
    answers.set(file, answer);
    return answer;
  };
  return {
    description: remote.name,
    stat: askOnce,
    has: async (file) => (await askOnce(file)) !== undefined,
    async text(file) {
      const answer = await askOnce(file);
      if (answer === undefined) throw new Error(`${remote.address(file)}: expected a file, got none`);
      checkSmall(answer);
      const path = cache.blob(answer.blob);
      await downloadBlob(path, { remote, file: answer, settings, onBytes: () => {} });
      return readFile(path, 'utf8');
    },
    commit: () => commit ?? remote.revision,
    absent: () => absent,
  };
}

/** One after the other: a broken connection costs one file's rest. */
async function fetchAll(
  remote: Remote,
  cache: RepoCache,
  files: readonly RemoteFile[],
  settings: HubSettings,
): Promise<void> {
  const sizes = new Map(files.map(({ file, size }) => [file, size]));
  const report = progressReport(remote.name, sizes, settings.onProgress);
  for (const file of files) {
    report.start(file.file);
    const onBytes = (loaded: number) => report.advance(file.file, loaded);
    await downloadBlob(cache.blob(file.blob), { remote, file, settings, onBytes });
    await cache.link(file.commit, file.file, file.blob);
    report.done(file.file);
  }
}

function checkSmall({ address, size = 0 }: RemoteFile): void {
  if (size > maxTextBytes) {
    throw new RangeError(`${address}: expected at most ${maxTextBytes} bytes, got ${size}`);
  }
}

async function existingParent(path: string): Promise<string> {
  return (await exists(path)) ? path : existingParent(dirname(path));
}

/** @throws Error before anything is fetched when the disk is too small. */
async function checkRoom(cache: RepoCache, files: readonly RemoteFile[]): Promise<void> {
  const isHere = await Promise.all(files.map(({ blob }) => exists(cache.blob(blob))));
  const needed = files.reduce((sum, { size = 0 }, i) => sum + (isHere[i] ? 0 : size), 0);
  const disk = await statfs(await existingParent(cache.folder));
  const free = disk.bavail * disk.bsize;
  if (needed <= free) return;
  const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new Error(
    `${cache.folder}: expected ${gigabytes(needed)} of free disk, got ${gigabytes(free)}; ` +
      'free some, or set HF_HUB_CACHE to a larger disk',
  );
}
