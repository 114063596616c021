/**
 * Ranges of a file on a web server, by HTTP `Range` requests: a tensor of a 10 GB shard needs no download.
 */
import { type ByteSource, checkRange, memoryBytes, readNew } from './byte-source.js';

export interface HttpOptions {
  /** Sent with each request, e.g. `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: typeof globalThis.fetch;
  readonly signal?: AbortSignal;
  /** Of a server that cannot send ranges, files up to this size are kept in memory as a whole; none when left out. */
  readonly wholeUpTo?: number;
}

/** Ask for at most this much in one request, so that a lost connection costs little. */
const pieceLength = 2 ** 26;

/**
 * Opens a file on a server. One request asks for the first byte: the answer tells the size, and whether the
 * server can send ranges.
 *
 * @throws Error naming the address when there is no such file, or the server ignores `Range`.
 */
export async function httpBytes(url: string, options: HttpOptions = {}): Promise<ByteSource> {
  const found = await findHttpBytes(url, options);
  if (found !== undefined) return found;
  throw new Error(`${url}: expected a file, got status 404 or a web page`);
}

/** The same; undefined when the server says that there is no such file, or answers with a page instead. */
export async function findHttpBytes(url: string, options: HttpOptions = {}): Promise<ByteSource | undefined> {
  const response = await request(url, 0, 1, options);
  if (response.status === 404 || isPage(response)) return discarded(response);
  const tag = tagOf(response);
  const size = contentRange(response)?.total;
  const hasRanges = response.status === 206 || (response.status === 416 && size === 0);
  if (hasRanges && size !== undefined) {
    await discarded(response);
    return rangesOf(url, { size, tag }, options);
  }
  return wholeFile(url, response, options);
}

async function discarded(response: Response): Promise<undefined> {
  await response.body?.cancel();
}

/** Many servers of programs that run in one page answer so, with status 200, when a file is missing. */
const isPage = (response: Response): boolean =>
  response.ok && response.headers.get('content-type')?.startsWith('text/html') === true;

function rangesOf(url: string, { size, tag }: Found, options: HttpOptions): ByteSource {
  let isClosed = false;
  const source: ByteSource = {
    description: url,
    size,
    read: (start, length, signal) => readNew(source, start, length, signal),
    async readInto(start, target, signal) {
      checkRange(source, start, target.byteLength);
      if (isClosed) throw new Error(`${url}: expected an open file, got a closed one`);
      for (let done = 0; done < target.byteLength; ) {
        const piece = Math.min(pieceLength, target.byteLength - done);
        const response = await request(url, start + done, piece, { ...options, ...(signal && { signal }) });
        const range = contentRange(response);
        const isSame = range?.total === size && range.start === start + done && tagOf(response) === tag;
        if (response.status !== 206 || !isSame) {
          await response.body?.cancel();
          throw new Error(
            `${url}: expected the same file as before, got another (status ${response.status})`,
          );
        }
        await receive(response, target.subarray(done, done + piece), url, signal);
        done += piece;
      }
    },
    close: async () => {
      isClosed = true;
    },
  };
  return source;
}

interface Found {
  readonly size: number;
  readonly tag: string | null;
}

/** @throws Error for an answer that is no file, and for a larger one than may be kept. */
async function wholeFile(url: string, response: Response, options: HttpOptions): Promise<ByteSource> {
  const { status, statusText } = response;
  const whole =
    status === 200 ? await bodyUpTo(options.wholeUpTo ?? -1, response) : await discarded(response);
  if (whole !== undefined) return memoryBytes(whole, url);
  if (status === 206) {
    const remedy = 'let the server send Access-Control-Expose-Headers: Content-Range, ETag';
    throw new Error(`${url}: expected the header Content-Range, got none that a page may read: ${remedy}`);
  }
  if (response.ok) {
    throw new Error(
      `${url}: expected a server that sends ranges, got the whole file (status ${status}): download it first`,
    );
  }
  throw new Error(`${url}: expected a file, got status ${status} ${statusText}`.trimEnd());
}

/** The body; undefined when it is larger. Not every server says the length before. */
async function bodyUpTo(limit: number, response: Response): Promise<Uint8Array | undefined> {
  if (Number(response.headers.get('content-length') ?? 0) > limit) return discarded(response);
  const reader = response.body?.getReader();
  const pieces: BlobPart[] = [];
  let length = 0;
  for (let next = await reader?.read(); next?.value; next = await reader?.read()) {
    pieces.push(next.value);
    length += next.value.byteLength;
    if (length > limit) return reader?.cancel().then(() => undefined);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

async function request(url: string, start: number, length: number, options: HttpOptions): Promise<Response> {
  const headers = {
    ...options.headers,
    range: `bytes=${start}-${start + length - 1}`,
    'accept-encoding': 'identity',
  };
  const get = options.fetch ?? globalThis.fetch;
  try {
    return await get(url, { headers, ...(options.signal && { signal: options.signal }) });
  } catch (error) {
    options.signal?.throwIfAborted();
    const cause =
      error instanceof Error ? ((error.cause as Error | undefined)?.message ?? error.message) : error;
    throw new Error(`${url}: expected an answer, got ${cause}`);
  }
}

/** `Content-Range: bytes 16-31/1234`; an asterisk for `16-31` when there is no such range. */
function contentRange(response: Response): { start: number | undefined; total: number } | undefined {
  const [, start, total] =
    response.headers.get('content-range')?.match(/^bytes (?:(\d+)-\d+|\*)\/(\d+)$/) ?? [];
  if (total === undefined) return undefined;
  return { start: start === undefined ? undefined : Number(start), total: Number(total) };
}

function tagOf(response: Response): string | null {
  return response.headers.get('etag');
}

/** Fills `bytes` with the body, which must have just that length. */
async function receive(
  response: Response,
  bytes: Uint8Array<ArrayBufferLike>,
  url: string,
  signal?: AbortSignal,
): Promise<void> {
  let done = 0;
  const reader = response.body?.getReader(); // to iterate over a body, not every browser knows
  try {
    for (let next = await reader?.read(); next?.value; next = await reader?.read()) {
      const piece = next.value;
      if (done + piece.byteLength <= bytes.byteLength) bytes.set(piece, done);
      done += piece.byteLength;
      if (done > bytes.byteLength) await reader?.cancel();
    }
  } catch {
    signal?.throwIfAborted(); // otherwise the connection was lost, and there are too few bytes
  }
  if (done !== bytes.byteLength) {
    const got = done > bytes.byteLength ? 'more' : done;
    throw new Error(`${url}: expected ${bytes.byteLength} bytes from the server, got ${got}`);
  }
}
