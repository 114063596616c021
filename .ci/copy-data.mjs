// Copies what tsc leaves behind beside the compiled code: JSON data and WebAssembly modules.
import { chmodSync, cpSync } from 'node:fs';

cpSync('src', 'dist', {
  recursive: true,
  filter: (path) => !/\.m?[jt]s$|tsconfig.*\.json$|simd\/assembly/.test(path),
});
chmodSync('dist/cli/main.js', 0o755);
