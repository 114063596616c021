import { mkdirSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { serveFolder } from '../../docs/.vitepress/static-server.js';
import { temporaryFolder } from '../package/tiny-model.js';

const folder = temporaryFolder();
const site = join(folder.path, 'site');
mkdirSync(join(site, 'a b'), { recursive: true });
writeFileSync(join(site, '404.html'), 'nothing');
writeFileSync(join(site, 'a b', 'index.html'), 'list');
writeFileSync(join(site, 'a b', 'x.js'), 'script');
writeFileSync(join(folder.path, 'secret'), 'secret');
const server = await serveFolder(site, 0);
afterAll(() => {
  server.closeAllConnections();
  server.close();
  folder.remove();
});

/** The answer to an address that no client has tidied. */
function ask(address: string): Promise<string> {
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, '127.0.0.1', () => socket.write(`GET ${address} HTTP/1.0\r\n\r\n`));
    let answer = '';
    socket.on('data', (bytes) => {
      answer += bytes;
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });
}

test.each([
  ['/a%20b/x.js?v=1', 200, 'text/javascript', 'script'],
  ['/a%20b/', 200, 'text/html; charset=utf-8', 'list'],
  ['/nowhere', 404, 'text/html; charset=utf-8', 'nothing'],
  ['/../secret', 404, 'text/html; charset=utf-8', 'nothing'],
  ['/%2e%2e/secret', 404, 'text/html; charset=utf-8', 'nothing'],
  ['//', 404, 'text/html; charset=utf-8', 'nothing'],
  ['/%', 404, 'text/html; charset=utf-8', 'nothing'],
  ['/%ff', 404, 'text/html; charset=utf-8', 'nothing'],
])('%s is answered with %d', async (address, status, type, body) => {
  const answer = await ask(address);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toContain(`Content-Type: ${type}\r\n`);
  expect(answer).toContain('Cross-Origin-Opener-Policy: same-origin\r\n');
  expect(answer).toContain('Cross-Origin-Embedder-Policy: require-corp\r\n');
  expect(answer.endsWith(`\r\n\r\n${body}`)).toBe(true);
});
