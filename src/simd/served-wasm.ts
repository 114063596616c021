/** WebAssembly files that lie on a server, beside the scripts. */
import { EngineError } from './engine-error.js';

const MAGIC = [0, 97, 115, 109];

/**
 * The bytes at an address. They are not compiled while they arrive: the files are small, and not every server knows
 * their media type.
 *
 * @param what for messages, e.g. `the compiled kernels`.
 * @throws EngineError with the address when there is no such file: many servers answer with a page instead.
 */
export async function servedWasm(url: URL, what: string): Promise<Uint8Array<ArrayBuffer>> {
  const fail = (got: string): never => {
    throw new EngineError(`${url}: expected ${what}, got ${got}: serve the file beside the scripts`);
  };
  const response = await fetch(url).catch((error) => fail(String(error)));
  if (!response.ok) fail(`status ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) {
    fail(`other bytes (${response.headers.get('content-type') ?? 'of no media type'})`);
  }
  return bytes;
}
