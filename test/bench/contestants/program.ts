/** The program as a person runs it: one process a sample, from the built package. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { Prepared } from '../contestant/sampler.js';

const root = new URL('../../../', import.meta.url);
const pathOf = (path: string): string => fileURLToPath(new URL(path, root));

/** Prints how long it took to load the model, once the package itself was loaded. */
const LOAD = `
import { InternVL } from ${JSON.stringify(new URL('dist/index.js', root).href)};
const start = performance.now();
await InternVL.fromPretrained();
console.log(performance.now() - start);
process.exit();
`;

export async function prepare(): Promise<Prepared> {
  const program = pathOf('dist/cli/main.js');
  if (!existsSync(program)) throw new Error(`${program}: expected the built package; npm run build makes it`);
  const node = async (...args: string[]) => (await promisify(execFile)(process.execPath, args)).stdout;
  const classify = async () => {
    const output = await node(program, 'classify', pathOf('docs/pictures/cat.png'));
    if (!output.includes('cat')) throw new Error(`expected a cat, got ${output}`);
  };
  const load = async () => Number(await node('--input-type=module', '--eval', LOAD));
  return { samplers: { classify: { run: () => classify() }, load: { run: load } } };
}
