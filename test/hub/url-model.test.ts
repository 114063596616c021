import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';

import { resolveModel } from '../../src/hub/resolve-model.js';
import { listen } from './fake-hub.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const servers: Server[] = [];
let base = '';
let cacheDir = '';
let files: Record<string, string> = {};
let asked: string[] = [];

/** A plain file server: no ETag, no Range. */
const plain: Answer = ({ method, url = '' }, response) => {
  const body = files[decodeURIComponent(new URL(url, 'http://x').pathname)];
  if (body === undefined) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-length': Buffer.byteLength(body), 'last-modified': `version ${body}` });
  response.end(method === 'HEAD' ? undefined : body);
};
let answer: Answer = plain;

beforeAll(async () => {
  base = await listen(servers, (request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`.trim());
    answer(request, response);
  });
});
afterAll(() => {
  for (const server of servers) server.close();
});
beforeEach(() => {
  cacheDir = mkdtempSync(join(tmpdir(), 'internvl-url-'));
  asked = [];
  answer = plain;
  files = {
    '/a model/config.json': '{}',
    '/a model/tokenizer.model': 't',
    '/a model/model.safetensors': 'weights',
  };
});
afterEach(() => rmSync(cacheDir, { recursive: true, force: true }));

test('the folder at an address is fetched once, into a folder of the cache for this address', async () => {
  const folder = await resolveModel(`${base}/a%20model/`, { cacheDir, token: 'secret' });
  expect(folder).toMatch(/urls--127\.0\.0\.1--[0-9a-f]{16}\/snapshots\/main$/);
  expect(readFileSync(join(folder, 'model.safetensors'), 'utf8')).toBe('weights');
  expect(asked.some((line) => line.includes('secret'))).toBe(false);
  asked = [];
  expect(await resolveModel(`${base}/a%20model`, { cacheDir })).toBe(folder);
  expect(await resolveModel(`${base}/a%20model`, { cacheDir, localFilesOnly: true })).toBe(folder);
  expect(asked).toEqual([]);
});

test('refresh fetches what has changed', async () => {
  await resolveModel(`${base}/a model`, { cacheDir });
  files['/a model/config.json'] = '{"new":1}';
  asked = [];
  const folder = await resolveModel(`${base}/a model`, { cacheDir, refresh: true });
  expect(readFileSync(join(folder, 'config.json'), 'utf8')).toBe('{"new":1}');
  expect(asked.filter((line) => line.startsWith('GET'))).toEqual(['GET /a%20model/config.json']);
});

test('a query of the address is sent with every file', async () => {
  await resolveModel(`${base}/a model?key=1`, { cacheDir });
  expect(asked.every((line) => line.endsWith('?key=1'))).toBe(true);
});

test('a server that answers every address with its start page', async () => {
  answer = (request, response) => {
    const isFile = decodeURIComponent(request.url ?? '') in files;
    if (isFile) plain(request, response);
    else response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
  };
  const folder = await resolveModel(`${base}/a model`, { cacheDir });
  expect(readFileSync(join(folder, 'tokenizer.model'), 'utf8')).toBe('t');
  await expect(resolveModel(`${base}/page`, { cacheDir })).rejects.toThrow(
    `${base}/page/config.json: expected a file, got a web page; give the address of the folder`,
  );
});

test('servers that know no HEAD, pack files, or do not say a size', async () => {
  answer = (request, response) => {
    if (request.method === 'HEAD') return void response.writeHead(405).end();
    const body = files[decodeURIComponent(request.url ?? '')];
    if (body === undefined) return void response.writeHead(404).end();
    response.write(body);
    response.end();
  };
  const folder = await resolveModel(`${base}/a model`, { cacheDir });
  expect(readFileSync(join(folder, 'model.safetensors'), 'utf8')).toBe('weights');
});

test('a folder that is not there', async () => {
  await expect(resolveModel(`${base}/absent`, { cacheDir })).rejects.toThrow(
    `${base}/absent: expected config.json, got no such file; check the address (${base}/absent/config.json)`,
  );
  answer = (_, response) => void response.writeHead(403).end();
  await expect(resolveModel(`${base}/a model`, { cacheDir })).rejects.toThrow(
    '403 Forbidden; check the address',
  );
});
