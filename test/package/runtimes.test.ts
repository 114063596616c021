import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { InternVL, type Prediction } from '../../src/index.js';
import { installedApp } from './installed-app.js';
import { type Command, denoOfVersion, nodeOfVersion, outputOf } from './runtimes.js';

const NODES = ['20.20.2', '22.23.5', '24.22.3'];
const DENO = '2.9.6';
const MINUTES = 60_000;
const LABELS = ['dog', 'cat', 'banana'];

const app = installedApp();
const picture = join(app.installed, 'docs', 'pictures', 'dog.png');
const classify = `
  const [threads, picture] = (globalThis.Deno?.args ?? process.argv.slice(2));
  const model = await InternVL.fromPretrained(undefined, { threads: Number(threads) });
  const answer = await model.classify(picture, ${JSON.stringify(LABELS)});
  await model.dispose();
  console.log(JSON.stringify(answer));`;

let here: Prediction[];
beforeAll(async () => {
  app.write({
    'app.js': `import { InternVL } from 'internvl'; ${classify}`,
    'app.cjs': `const { InternVL } = require('internvl'); (async () => { ${classify} })();`,
    'app.ts': `
      import { InternVL, type Prediction } from 'internvl';
      await using model = await InternVL.fromPretrained();
      const blob = new Blob([await Deno.readFile(Deno.args[0] ?? '')]);
      const answer: Prediction[] = await model.classify(blob, ${JSON.stringify(LABELS)});
      console.log(JSON.stringify(answer));`,
  });
  const model = await InternVL.fromPretrained();
  here = await model.classify(picture, LABELS);
  await model.dispose();
});
afterAll(app.remove);

describe.each(NODES)('Node %s', (version) => {
  let node: Command | undefined;
  beforeAll(() => {
    node = nodeOfVersion(version);
  }, 10 * MINUTES);

  test.for([
    ['app.js', '1'],
    ['app.js', '2'],
    ['app.cjs', '1'],
  ] as const)('runs %s with threads: %s', ([program, threads], { skip }) => {
    if (node === undefined) return skip('the registry does not answer');
    expect(JSON.parse(outputOf(node, [program, threads, picture], app.path))).toEqual(here);
  });

  test('runs the command line', ({ skip }) => {
    if (node === undefined) return skip('the registry does not answer');
    expect(outputOf(node, ['-p', 'process.version'], app.path)).toMatch(`v${version.split('.')[0]}.`);
    const main = join(app.installed, 'dist', 'cli', 'main.js');
    const output = outputOf(node, [main, 'classify', picture, '--labels', LABELS.join()], app.path);
    expect(output).toMatch(/^ +[\d.]+ % {2}dog/);
  });
});

describe(`Deno ${DENO}`, () => {
  let deno: Command | undefined;
  const permissions = ['--allow-read', '--allow-env', '--allow-sys', '--no-prompt'];
  beforeAll(() => {
    deno = denoOfVersion(DENO);
    cpSync(join(app.installed, 'weights', 'internvl-nano'), join(app.path, 'nano'), { recursive: true });
    app.write({ 'package.json': '{ "type": "module", "dependencies": { "internvl": "*" } }' });
  }, 10 * MINUTES);

  test.for(['1', '2'])('runs the same program with threads: %s', (threads, { skip }) => {
    if (deno === undefined) return skip('the registry does not answer');
    const args = ['run', ...permissions, '--node-modules-dir=manual', 'app.js', threads, picture];
    expect(JSON.parse(outputOf(deno, args, app.path))).toEqual(here);
  });

  test('checks and runs TypeScript', ({ skip }) => {
    if (deno === undefined) return skip('the registry does not answer');
    const args = ['run', '--check', ...permissions, '--node-modules-dir=manual', 'app.ts', picture];
    expect(JSON.parse(outputOf(deno, args, app.path))).toEqual(here);
  });
});
