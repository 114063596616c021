/** Decoding in Chromium: ours or wllama, each in a browser of its own. */
import { launchChromium } from '../../browser/chromium.js';
import type { BrowserSettings } from '../browser/page.js';
import { serveDecoding } from '../browser/site.js';
import type { Prepared } from '../contestant/sampler.js';
import { type Likely, placed } from '../llama/likeliest.js';
import { STEPS } from '../llama/weights.js';

/** `model`: its file in GGUF. */
export async function prepare({
  model,
  ...settings
}: BrowserSettings & { readonly model: string }): Promise<Prepared> {
  const address = await serveDecoding(model);
  const browser = await launchChromium();
  const page = await browser.newPage();
  await page.goto(address);
  await page.evaluate(`prepare(${JSON.stringify(settings)})`);
  const run = () => page.evaluate<number>('decode()');
  const tokens = await page.evaluate<Likely[]>('likeliest()');
  return { samplers: { run: { run, work: STEPS, warmUps: 1 } }, outputs: { likeliest: placed(tokens) } };
}
