/** What lies below a folder. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The files below a folder, as paths from there. */
export function pathsIn(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => statSync(join(folder, name)).isFile());
}
