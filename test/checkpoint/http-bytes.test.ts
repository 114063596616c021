import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { findHttpBytes, httpBytes } from '../../src/checkpoint/http-bytes.js';
import { openCheckpoint } from '../../src/checkpoint/open-checkpoint.js';
import { encodeSafetensors, floatTensor } from '../../src/checkpoint/safetensors-bytes.js';

/** What the server does: `honest` answers ranges of `file`; the others are servers as one meets them. */
type Manner = 'honest' | 'ignores ranges' | 'sends less' | 'changed' | 'hides ranges' | 'answers with a page';
let manner: Manner;
let file: Uint8Array;
let requests: string[];
let server: Server;
let base: string;

beforeAll(async () => {
  const values = Float32Array.from({ length: 30 }, (_, i) => i);
  file = await encodeSafetensors([
    floatTensor('w', [10, 3], values),
    floatTensor('logit_scale', [], values.slice(4, 5)),
  ]);
  server = createServer((request, response) => {
    requests.push(
      `${request.method} ${request.url} ${request.headers.range ?? ''} ${request.headers.authorization ?? ''}`,
    );
    if (!request.url?.startsWith('/model/model.safetensors')) return void response.writeHead(404).end();
    if (manner === 'answers with a page') {
      return void response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end('<!doctype html>');
    }
    if (request.method === 'HEAD') return void response.writeHead(200).end();
    const [, first, last] = request.headers.range?.match(/bytes=(\d+)-(\d+)/) ?? [];
    if (first === undefined || manner === 'ignores ranges') return void response.writeHead(200).end(file);
    const part = file.subarray(Number(first), Math.min(Number(last) + 1, file.length));
    const tag = manner === 'changed' && part.length > 1 ? 'b' : 'a';
    if (manner === 'hides ranges') return void response.writeHead(206).end(part);
    response.writeHead(206, { 'content-range': `bytes ${first}-${last}/${file.length}`, etag: tag });
    response.end(manner === 'sends less' && part.length > 8 ? part.subarray(1) : part);
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/model`;
});
afterAll(() => new Promise((done) => void server.close(done)));
beforeEach(() => {
  manner = 'honest';
  requests = [];
});

describe('ranges over HTTP', () => {
  test('a checkpoint on a server: headers first, then only the rows asked for', async () => {
    const source = await openCheckpoint(base, { headers: { authorization: 'Bearer x' } });
    expect([...source.infos.keys()].sort()).toEqual(['logit_scale', 'w']);
    requests.length = 0;
    const rows = await source.read('w', { start: 4, count: 2 });
    expect([...new Float32Array(rows.buffer)]).toEqual([12, 13, 14, 15, 16, 17]);
    expect(requests).toHaveLength(1);
    expect(requests[0]).toMatch(/^GET \/model\/model\.safetensors bytes=\d+-\d+ Bearer x$/);
    await source.close();
    await expect(source.read('w')).rejects.toThrow('expected an open file, got a closed one');
  });

  test('a tensor goes straight into shared memory', async () => {
    const source = await openCheckpoint(base);
    const into = new Uint8Array(new SharedArrayBuffer(120));
    await source.readInto('w', into);
    expect([...new Float32Array(into.buffer)]).toEqual(Array.from({ length: 30 }, (_, i) => i));
    manner = 'sends less';
    await expect(source.readInto('w', into)).rejects.toThrow('expected 120 bytes from the server, got 119');
    await source.close();
  });

  test('a file by its address, with a query', async () => {
    const source = await openCheckpoint(`${base}/model.safetensors?download=true`);
    expect((await source.read('logit_scale')).byteLength).toBe(4);
    expect(requests.every((request) => request.includes('?download=true'))).toBe(true);
    await source.close();
  });

  test.each<[Manner, RegExp]>([
    [
      'ignores ranges',
      /expected a server that sends ranges, got the whole file \(status 200\): download it first/,
    ],
    ['hides ranges', /expected the header Content-Range, got none that a page may read: let the server send/],
    ['answers with a page', /expected a file, got status 404 or a web page/],
    ['sends less', /expected \d+ bytes from the server, got \d+/],
    ['changed', /expected the same file as before, got another \(status 206\)/],
  ])('a server that %s is an error with its address', async (how, message) => {
    manner = how;
    const problem = await openCheckpoint(base).then(
      () => 'no error',
      (error: Error) => error.message,
    );
    expect(problem).toMatch(message);
    expect(problem).toContain(`${base}/model.safetensors: `);
  });

  test('what is not there is an error with its address', async () => {
    const port = base.match(/:(\d+)\//)?.[1];
    await expect(httpBytes(`${base}/x.bin`)).rejects.toThrow(
      `:${port}/model/x.bin: expected a file, got status 404`,
    );
    await expect(openCheckpoint(`${base}/nothing`)).rejects.toThrow(
      /nothing: expected a checkpoint .* got none of these/,
    );
    await expect(httpBytes('http://127.0.0.1:1/x.bin')).rejects.toThrow(
      '127.0.0.1:1/x.bin: expected an answer, got',
    );
  });

  test('of a server without ranges small files are taken whole, where one asks for that', async () => {
    manner = 'ignores ranges';
    const url = `${base}/model.safetensors`;
    const bytes = await httpBytes(url, { wholeUpTo: file.length });
    expect(Buffer.from(await bytes.read(8, 20)).equals(file.subarray(8, 28))).toBe(true);
    await expect(httpBytes(url, { wholeUpTo: file.length - 1 })).rejects.toThrow('download it first');
    manner = 'answers with a page';
    expect(await findHttpBytes(url)).toBeUndefined();
  });

  test('a signal ends a read', async () => {
    const source = await openCheckpoint(base);
    await expect(source.read('w', undefined, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});
