/** However many captions a model of the size of internvl-nano writes, and however they end, memory stays as it is. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, test } from 'vitest';

import { runningEngine } from '../../src/backend/engine.js';
import { internVLNano } from '../../src/contrastive/presets.js';
import { InternVL } from '../../src/index.js';
import { synthesizeModel } from '../../src/synthesize-model.js';
import { temporaryFolder } from '../package/tiny-model.js';

/** More of them take longer: CAPTIONS=1000 npx vitest run … test/tasks/caption-leaks.test.ts prints what they take. */
const CAPTIONS = Number(process.env.CAPTIONS ?? 24);

const picture = (name: string) => fileURLToPath(new URL(`../../docs/pictures/${name}.png`, import.meta.url));
const folder = temporaryFolder();
afterAll(folder.remove);

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** What must be the same before and after. */
const held = () => ({
  tensors: tf.memory().numTensors,
  data: (tf.backend() as unknown as { numDataIds(): number }).numDataIds(), // of the wasm backend
  bytes: tf.memory().numBytes,
  lent: runningEngine()?.lentBytes,
});

/** The caption number i: searched by beams, streamed, streamed and left, or aborted on the way. */
async function write(model: InternVL, i: number): Promise<void> {
  const of = picture(i % 2 === 0 ? 'dog' : 'cat');
  const way = i % 4;
  if (way < 2) await model.caption(of, { numBeams: way === 0 ? 5 : 1 });
  if (way === 2) {
    for await (const piece of model.captionStream(of, { doSample: true, seed: i })) {
      if (i % 8 === 2 && piece !== '') break;
    }
  }
  if (way !== 3) return;
  const [aborter, reason] = [new AbortController(), new Error('enough')];
  const onProgress = (done: number) => void (done > (i % 32) / 40 && aborter.abort(reason));
  const end = await model.caption(of, { signal: aborter.signal, onProgress }).catch((error) => error);
  if (end !== reason) throw new Error(`expected a caption that is aborted, got ${String(end)}`);
}

/** What the process takes once garbage is collected, in MB. */
function megabytes(): { rss: number; heap: number } {
  collectGarbage();
  const { rss, heapUsed } = process.memoryUsage();
  return { rss: Math.round(rss / 1e6), heap: Math.round(heapUsed / 1e6) };
}

test.each(['resident', 'stream'] as const)(
  'captions keep no tensor, no weight, no byte (%s)',
  { timeout: 60_000 + 1000 * CAPTIONS },
  async (memory) => {
    const path = join(folder.path, memory);
    await synthesizeModel(path, internVLNano, { seed: 5 });
    const nothing = held();
    const model = await InternVL.fromPretrained(path, { memory });
    for (let i = 0; i < 8 + CAPTIONS / 20; i++) await write(model, i); // now there is the largest scratch memory
    const before = held();
    const taken = [megabytes()];
    for (let i = 1; i <= CAPTIONS / 2; i++) {
      await write(model, i);
      expect(held()).toEqual(before);
      if (i % Math.ceil(CAPTIONS / 10) === 0) taken.push(megabytes());
    }
    const [first, last] = [taken[0], taken.at(-1)];
    for (const kind of ['rss', 'heap'] as const) {
      const line = taken.map((each) => each[kind]).join(' ');
      if (process.env.CAPTIONS)
        process.stdout.write(`${memory}, ${CAPTIONS / 2} captions, ${kind}: ${line} MB\n`);
    }
    expect((last?.heap ?? 0) - (first?.heap ?? 0)).toBeLessThan(8);
    expect((last?.rss ?? 0) - (first?.rss ?? 0)).toBeLessThan(60); // V8 keeps what it once needed
    await model.dispose();
    expect(held()).toEqual(nothing);
  },
);
