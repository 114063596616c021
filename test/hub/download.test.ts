import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { hexOf } from './fake-hub.js';
import { atFirst, download, sha256, weights, withHub } from './with-hub.js';

const at = withHub();

const blob = () => join(at.cacheDir, 'models--org--model', 'blobs', sha256);
const ranges = () =>
  at.hub.asked.filter(({ host, method }) => host === 'cdn' && method === 'GET').map(({ range }) => range);

/** Promises all and breaks off after `count` bytes. */
const breakAfter = (count: number) => (response: ServerResponse, body: Buffer) => {
  response.writeHead(200, { 'content-length': body.length });
  response.write(body.subarray(0, count), () => setTimeout(() => response.destroy(), 20));
};

describe('a connection that breaks', () => {
  test('is resumed where it broke', async () => {
    at.hub.trouble = atFirst(1, breakAfter(150_000));
    expect(hexOf('sha256', await download(at))).toBe(sha256);
    expect(ranges()).toEqual([undefined, 'bytes=150000-']);
  });

  test('too often leaves what came, and the next run goes on from there', async () => {
    at.hub.trouble = atFirst(1, breakAfter(100_000));
    const trouble = at.hub.trouble;
    at.hub.trouble = (asked, response, body) => {
      if (trouble(asked, response, body)) return true;
      if (asked.host === 'cdn') response.destroy();
      return asked.host === 'cdn';
    };
    await expect(download(at)).rejects.toThrow(/model.safetensors: no answer|\/[0-9a-f]{64}: no answer/);
    expect(weights.subarray(0, 100_000).equals(readFileSync(`${blob()}.incomplete`))).toBe(true);
    expect(existsSync(blob())).toBe(false);
    at.hub.trouble = () => false;
    at.hub.asked.length = 0;
    expect(hexOf('sha256', await download(at))).toBe(sha256);
    expect(ranges()).toEqual(['bytes=100000-']);
    expect(readdirSync(join(blob(), '..')).filter((name) => name.startsWith(sha256))).toEqual([sha256]);
  });

  test('to a server without ranges begins anew', async () => {
    mkdirSync(join(blob(), '..'), { recursive: true });
    writeFileSync(`${blob()}.incomplete`, weights.subarray(0, 1000));
    at.hub.trouble = atFirst(9, (response, body) => {
      response.writeHead(200, { 'content-length': body.length }).end(body);
    });
    expect(hexOf('sha256', await download(at))).toBe(sha256);
  });

  test('whose rest is refused begins anew', async () => {
    mkdirSync(join(blob(), '..'), { recursive: true });
    writeFileSync(`${blob()}.incomplete`, weights.subarray(0, 1000));
    at.hub.trouble = atFirst(1, (response) => void response.writeHead(416).end());
    expect(hexOf('sha256', await download(at))).toBe(sha256);
    expect(ranges()).toEqual(['bytes=1000-', undefined]);
  });

  test('and goes on with other bytes than asked for is an error', async () => {
    mkdirSync(join(blob(), '..'), { recursive: true });
    writeFileSync(`${blob()}.incomplete`, weights.subarray(0, 1000));
    at.hub.trouble = atFirst(1, (response, body) => {
      response.writeHead(206, { 'content-range': `bytes 0-9/${body.length}` }).end(body.subarray(0, 10));
    });
    await expect(download(at)).rejects.toThrow('expected bytes 1000-/400000, got bytes 0-9/400000');
  });
});

describe('content that is not what was promised', () => {
  test('by its SHA-256 is removed', async () => {
    const other = Buffer.from(weights);
    other[5] = 0xff;
    at.hub.trouble = atFirst(1, (response) => void response.writeHead(200).end(other));
    await expect(download(at)).rejects.toThrow(`expected SHA-256 ${sha256}, got ${hexOf('sha256', other)}`);
    expect(readdirSync(join(blob(), '..')).filter((name) => name.startsWith(sha256))).toEqual([]);
    expect(hexOf('sha256', await download(at))).toBe(sha256);
  });

  test('by its size: more', async () => {
    at.hub.trouble = atFirst(
      1,
      (response, body) => void response.writeHead(200).end(Buffer.concat([body, body])),
    );
    await expect(download(at)).rejects.toThrow('expected 400000 bytes, got more');
    expect(existsSync(`${blob()}.incomplete`)).toBe(false);
  });

  test('by its size: always less', async () => {
    at.hub.trouble = atFirst(9, (response, body) => void response.writeHead(200).end(body.subarray(0, 10)));
    await expect(download(at)).rejects.toThrow('expected 400000 bytes, got only 10');
  });

  test('but a web page', async () => {
    at.hub.trouble = atFirst(1, (response) => {
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end('<html>please log in</html>');
    });
    await expect(download(at)).rejects.toThrow(
      'expected a file, got a web page; give the address of the folder',
    );
  });
});

test('a lock that a dead process left does not stop a download', async () => {
  mkdirSync(join(blob(), '..'), { recursive: true });
  writeFileSync(`${blob()}.lock`, '');
  utimesSync(`${blob()}.lock`, new Date(0), new Date(0));
  expect(hexOf('sha256', await download(at))).toBe(sha256);
});

test('nor does one of a process that was killed just now', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  mkdirSync(join(blob(), '..'), { recursive: true });
  writeFileSync(`${blob()}.lock`, `${hostname()} ${pid}`);
  const start = performance.now();
  expect(hexOf('sha256', await download(at))).toBe(sha256);
  expect(performance.now() - start).toBeLessThan(10_000); // a lock without an owner's name is waited for 20 s
});

test('a lock that is held is waited for, and what the other has fetched is taken', async () => {
  mkdirSync(join(blob(), '..'), { recursive: true });
  writeFileSync(`${blob()}.lock`, '');
  setTimeout(() => {
    writeFileSync(blob(), weights);
    rmSync(`${blob()}.lock`);
  }, 100);
  expect(hexOf('sha256', await download(at))).toBe(sha256);
  expect(ranges()).toEqual([]);
});
