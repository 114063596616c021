// Copies the JSON data of src/ beside the compiled code: tsc leaves files it does not compile behind.
import { chmodSync, cpSync } from 'node:fs';

cpSync('src', 'dist', { recursive: true, filter: (path) => !/\.ts$|tsconfig.*\.json$/.test(path) });
chmodSync('dist/cli/main.js', 0o755);
