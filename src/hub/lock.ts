/** One process at a time: a lock file that its owner touches while it works. */
import { mkdir, open, rm, stat, utimes } from 'node:fs/promises';
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

async function take(file: string): Promise<boolean> {
  try {
    await (await open(file, 'wx')).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > staleAfter) await rm(file, { force: true });
    return false;
  }
}
