/**
 * Writes the pages that are made and not in git: `docs/api` from the comments of the public words, `docs/notebooks`
 * from notebooks that were run. Both anew only when what they are made of has changed. With `--no-run`, notebooks that were
 * not run yet are shown without outputs.
 */
import { writeApiPages } from './api-pages.js';
import { writeNotebookPages } from './notebook-pages.js';

await writeApiPages();
writeNotebookPages({ run: !process.argv.includes('--no-run') });
