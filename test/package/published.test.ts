import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { installedApp } from './installed-app.js';

const tools = fileURLToPath(new URL('../../node_modules', import.meta.url));
const app = installedApp();
afterAll(app.remove);

test('publint has nothing to say', async () => {
  const { messages, pkg } = await publint({ pkgDir: app.installed, strict: true, pack: false });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('"are the types wrong?": no', () => {
  const attw = join(tools, '@arethetypeswrong', 'cli', 'dist', 'index.js');
  const args = [attw, app.tarball, '--profile', 'esm-only', '--no-color'];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect({ status, report: status === 0 ? '' : stdout }).toEqual({ status: 0, report: '' });
});

/** A program that takes values of the platform, and one that names only what the package exports. */
const PROGRAM = `
  import { type Caption, InternVL, type Picture, type Prediction } from 'internvl';
  export async function run(picture: Picture): Promise<Prediction[]> {
    const options = { memory: '2GB', signal: AbortSignal.timeout(1000) } as const;
    const model = await InternVL.fromPretrained('./model', options);
    const caption: Caption = await model.caption([new Blob([]), picture].at(0) ?? picture);
    const vectors: Float32Array = (await model.encodeText([caption.text])).data;
    return vectors.length === 0 ? [] : model.classify(picture, ['a', 'b']);
  }`;
const PAGE = `
  import { InternVL } from 'internvl/browser';
  export async function look(input: HTMLInputElement, folder: FileSystemDirectoryHandle, bitmap: ImageBitmap) {
    const model = await InternVL.fromPretrained(input.files ?? folder, { subfolder: 'nano' });
    const image = new ImageData(1, 1);
    return model.classify([bitmap, image, new Blob([]), new File([], 'a'), new URL('https://a/b.png')], ['a', 'b']);
  }`;

describe('its types, checked with all of theirs (skipLibCheck: false), without tfjs', () => {
  beforeAll(() => {
    for (const name of ['@types/node', 'undici-types']) {
      cpSync(join(tools, name), join(app.modules, name), { recursive: true });
    }
    app.write({ 'program.ts': PROGRAM, 'page.ts': PAGE });
  });

  test.each([
    ['Node', { lib: ['ES2023'], types: ['node'], module: 'nodenext', files: ['program.ts'] }],
    [
      'a browser',
      { lib: ['ES2022', 'DOM'], types: [], module: 'preserve', files: ['program.ts', 'page.ts'] },
    ],
  ])('are right in a program for %s', (_, { files, ...own }) => {
    const compilerOptions = { strict: true, noEmit: true, skipLibCheck: false, target: 'es2022', ...own };
    app.write({ 'tsconfig.json': JSON.stringify({ compilerOptions, files }) });
    const compile = () =>
      execFileSync(process.execPath, [join(tools, 'typescript', 'bin', 'tsc')], {
        cwd: app.path,
        encoding: 'utf8',
      });
    expect(compile()).toBe('');
  });
});
