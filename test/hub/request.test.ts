import { describe, expect, test } from 'vitest';

import { hubSettings } from '../../src/hub/hub-options.js';
import { send } from '../../src/hub/request.js';
import { hexOf } from './fake-hub.js';
import { atFirst, download, sha256, withHub } from './with-hub.js';

const at = withHub();

describe('servers in trouble', () => {
  test.each([429, 500, 503])('status %d passes', async (status) => {
    let left = 2;
    at.hub.trouble = ({ path }, response) => {
      if (!path.endsWith('config.json') || left-- <= 0) return false;
      response.writeHead(status).end();
      return true;
    };
    expect(hexOf('sha256', await download(at))).toBe(sha256);
  });

  test('or does not', async () => {
    at.hub.trouble = (_, response) => Boolean(response.writeHead(503).end());
    await expect(download(at)).rejects.toThrow(/config.json: 503 Service Unavailable; try again later$/);
    expect(at.hub.asked).toHaveLength(3);
  });

  test('a refusal of the large file names its address', async () => {
    at.hub.trouble = atFirst(1, (response) => void response.writeHead(403).end());
    await expect(download(at)).rejects.toThrow(/model.safetensors: expected the file, got 403 Forbidden/);
  });

  test('a server that is no hub', async () => {
    at.hub.trouble = (_, response) => Boolean(response.writeHead(200, { etag: '"x"' }).end());
    await expect(download(at)).rejects.toThrow('expected the header x-repo-commit of a Hugging Face server');
  });
});

describe('redirects', () => {
  test.each(['file:///etc/passwd', 'data:text/plain,x', 'ftp://host/x', 'http://['])(
    'to %s are refused',
    async (to) => {
      at.hub.trouble = ({ method, path }, response) => {
        const isWeights = method === 'GET' && path.endsWith('model.safetensors');
        if (isWeights) response.writeHead(302, { location: to }).end();
        return isWeights;
      };
      await expect(download(at)).rejects.toThrow(`expected a redirect to http:, got ${to}`);
    },
  );

  test('in a circle end', async () => {
    at.hub.trouble = ({ path }, response) => Boolean(response.writeHead(307, { location: path }).end());
    await expect(download(at)).rejects.toThrow('expected at most 10 redirects, got more');
  });

  test('of a repository that was renamed are followed', async () => {
    at.hub.trouble = ({ path, host }, response) => {
      const isOld = host === 'hub' && path.startsWith('/old/name/');
      if (isOld) response.writeHead(307, { location: path.replace('old/name', 'org/model') }).end();
      return isOld;
    };
    expect(hexOf('sha256', await download(at, 'old/name'))).toBe(sha256);
  });
});

test('from https nothing leads to http, and no token leaves its host', async () => {
  const sent: [string, string | null][] = [];
  const answers = ['https://cdn.example/a', 'http://cdn.example/a'];
  const fake: typeof fetch = async (input, init) => {
    sent.push([String(input), new Headers(init?.headers).get('authorization')]);
    return new Response(null, { status: 302, headers: { location: answers.shift() ?? '' } });
  };
  const settings = hubSettings({ fetch: fake }, {});
  const request = { url: 'https://hub.example/a', method: 'GET', token: 'secret' } as const;
  await expect(send(request, settings)).rejects.toThrow(
    'https://cdn.example/a: expected a redirect to https:, got http://cdn.example/a',
  );
  expect(sent).toEqual([
    ['https://hub.example/a', 'Bearer secret'],
    ['https://cdn.example/a', null],
  ]);
});
