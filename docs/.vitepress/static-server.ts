/** A server of the built site, with its headers, as a host of static files is one. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';

import { headers } from './headers.js';
import { mediaTypes } from './source-site.js';

/** Serves `folder` on 127.0.0.1; port 0 is any that is free. */
export function serveFolder(folder: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = fileAt(folder, decodeURIComponent(pathname));
    const file = path ?? join(folder, '404.html');
    const type = mediaTypes[extname(file)] ?? 'application/octet-stream';
    response.writeHead(path === undefined ? 404 : 200, { ...headers, 'Content-Type': type });
    response.end(readFileSync(file));
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

/** The file of an address; a folder's is its index.html. Undefined where nothing is, and outside the folder. */
function fileAt(folder: string, pathname: string): string | undefined {
  const path = join(folder, normalize(`/${pathname}`));
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, 'index.html') : path;
  return existsSync(file) ? file : undefined;
}
