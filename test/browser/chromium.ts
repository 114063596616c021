/** Chromium without a window: `$CHROMIUM`, or Debian's. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const path = process.env.CHROMIUM ?? '/usr/bin/chromium';

export const hasChromium = existsSync(path);

/** WebGPU on SwiftShader, a processor that plays a graphics device. */
const gpu = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** @throws Error saying how to install it where it is missing. */
export async function launchChromium({ withGpu = false } = {}): Promise<Browser> {
  if (!hasChromium) throw new Error(`${path}: expected a browser, got none: apt-get install chromium`);
  const quiet = [
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  const device = withGpu ? gpu : ['--disable-gpu'];
  return chromium.launch({ executablePath: path, args: ['--no-sandbox', ...device, ...quiet] });
}
