/** Chromium without a window: `$CHROMIUM`, or Debian's. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const path = process.env.CHROMIUM ?? '/usr/bin/chromium';

export const hasChromium = existsSync(path);

/** @throws Error saying how to install it where it is missing. */
export async function launchChromium(): Promise<Browser> {
  if (!hasChromium) throw new Error(`${path}: expected a browser, got none: apt-get install chromium`);
  const quiet = [
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  return chromium.launch({ executablePath: path, args: ['--no-sandbox', '--disable-gpu', ...quiet] });
}
