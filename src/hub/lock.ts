/** One process at a time: a lock file that its owner touches while it works. */
import { mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A lock that was not touched for so long belongs to a process that died. */
const staleAfter = 20_000; // ms
const touchEvery = 4_000;
const lookEvery = 200;

/** Waits until the lock is free, holds it during `run`, and gives it back whatever happens. */
export async function withLock<T>(
  file: string,
  run: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  while (!(await take(file))) await delay(lookEvery, undefined, { ...(signal && { signal }) });
  const touch = setInterval(() => {
    const now = new Date();
    utimes(file, now, now).catch(() => {}); // the owner may just have given it back
  }, touchEvery);
  touch.unref();
  try {
    return await run();
  } finally {
    clearInterval(touch);
    await rm(file, { force: true });
  }
}

/** The owner writes down who it is, so that the next one need not wait for a process that was killed. */
async function take(file: string): Promise<boolean> {
  try {
    await writeFile(file, `${hostname()} ${process.pid}`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (await isAbandoned(file)) await rm(file, { force: true });
    return false;
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) return false; // given back in between
  if (Date.now() - found.mtimeMs > staleAfter) return true;
  const [host, pid] = (await readFile(file, 'utf8').catch(() => '')).split(' ');
  return host === hostname() && /^\d+$/.test(pid ?? '') && !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0); // signal 0 only asks
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
