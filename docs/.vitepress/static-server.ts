/** A server of the built site, with its headers, as a host of static files is one. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join, normalize } from 'node:path';

import { headers } from './headers.js';
import { mediaTypes } from './source-site.js';

/** Serves `folder` on 127.0.0.1; port 0 is any that is free. */
export function serveFolder(folder: string, port: number): Promise<Server> {
  const server = createServer(({ url = '/' }, response) => {
    const path = fileAt(folder, url.replace(/[?#].*/, ''));
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
function fileAt(folder: string, address: string): string | undefined {
  const name = decoded(address);
  if (name === undefined) return undefined;
  const path = join(folder, normalize(`/${name}`));
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, 'index.html') : path;
  return existsSync(file) ? file : undefined;
}

function decoded(address: string): string | undefined {
  try {
    return decodeURIComponent(address);
  } catch {
    return undefined; // a sign that no address has: nothing is there
  }
}
