/**
 * A checkpoint folder on a web server, e.g.
 * `https://huggingface.co/OpenGVLab/InternVL-14B-224px/resolve/main`.
 */
import type { Folder } from './folder.js';
import { type HttpOptions, httpBytes } from './http-bytes.js';

/** The folder at a base address. Files are read by range requests, never downloaded whole. */
export function httpFolder(base: string, options: HttpOptions = {}): Folder {
  const address = (name: string): string => addressIn(base, name);
  return {
    description: base.replace(/\/$/, ''),
    async has(name) {
      const get = options.fetch ?? globalThis.fetch;
      const { headers = {}, signal } = options;
      const response = await get(address(name), { method: 'HEAD', headers, ...(signal && { signal }) });
      if (response.ok) return true;
      if (response.status === 404) return false;
      throw new Error(`${address(name)}: expected a file or status 404, got status ${response.status}`);
    },
    open: (name) => httpBytes(address(name), options),
  };
}

/** The address of a file in the folder at `base`, which may have a query. */
export function addressIn(base: string, name: string): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${encodeURIComponent(name)}`;
  return url.href;
}
