/** `docs/api`: a page for each public word, made by TypeDoc of its comments and types. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';

import { contentHash } from './content-hash.js';
import { root } from './repository.js';

const folder = join(root, 'docs/api');

/** @throws Error when a comment links to nothing, or TypeDoc fails in another way. */
export async function writeApiPages(): Promise<void> {
  const stamp = join(folder, contentHash(['src', 'docs/.vitepress/api-pages.ts', 'package-lock.json']));
  if (existsSync(stamp)) return;
  rmSync(folder, { recursive: true, force: true });
  const app = await Application.bootstrapWithPlugins(options);
  const project = await app.convert();
  if (project === undefined)
    throw new Error('src/index.ts: expected pages of the API, got none from TypeDoc');
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings())
    throw new Error('TypeDoc: expected no warning, see above');
  writeFileSync(stamp, '');
}

const options: TypeDocOptions & Partial<PluginOptions> & { readonly docsRoot: string } = {
  entryPoints: [join(root, 'src/index.ts')],
  tsconfig: join(root, 'src/tsconfig.build.json'),
  plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme'],
  out: folder,
  docsRoot: join(root, 'docs'),
  name: 'API',
  readme: 'none',
  excludeExternals: true, // what errors have from the language
  disableGit: true,
  basePath: root,
  sourceLinkTemplate: '/src/{path}#L{line}', // from the root of the repository, as links.ts understands it
  skipErrorChecking: true, // the type check is a command of its own
  hideBreadcrumbs: true,
  hidePageHeader: true,
  logLevel: 'Warn',
};
