/**
 * HTTP requests of the hub: redirects followed with care, passing trouble tried again, refusals explained.
 */
import { setTimeout as delay } from 'node:timers/promises';

import type { HubSettings } from './hub-options.js';

export interface HubRequest {
  readonly url: string;
  readonly method: 'GET' | 'HEAD';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent to the host of `url`, never to one that it redirects to. */
  readonly token?: string | undefined;
  /** A redirect that is itself the answer wanted. */
  readonly isAnswer?: (response: Response) => boolean;
}

const maxRedirects = 10;

/**
 * The answer, whatever its status; 429 and 5xx only after all tries.
 *
 * @throws Error naming the address and the remedy when there is no answer.
 */
export async function send(request: HubRequest, settings: HubSettings): Promise<Response> {
  return retry(settings, async () => {
    const response = await follow(request, settings);
    const isPassing = response.status === 429 || response.status >= 500;
    if (!isPassing) return response;
    await response.body?.cancel();
    throw passing(`${request.url}: ${describe(response)}; try again later`);
  });
}

/** Runs `attempt` again after each error made by `passing`, with growing pauses; the last one is final. */
export async function retry<T>(settings: HubSettings, attempt: () => Promise<T>): Promise<T> {
  const { signal, waits } = settings;
  for (const wait of waits) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      signal?.throwIfAborted();
      if (!isPassingError(error)) throw error;
    }
    await delay(wait, undefined, { ...(signal && { signal }) });
  }
  return attempt().catch((error: unknown) => {
    throw isPassingError(error) ? new Error(error.message, { cause: error.cause }) : error;
  });
}

const isPassingKey = Symbol('passing');

/** An error that may be gone at the next try. */
export function passing(message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { [isPassingKey]: true });
}

function isPassingError(error: unknown): error is Error {
  return error instanceof Error && isPassingKey in error;
}

async function follow(request: HubRequest, settings: HubSettings): Promise<Response> {
  let url = new URL(request.url);
  const origin = url.origin;
  for (let hop = 0; hop <= maxRedirects; hop++) {
    const headers: Record<string, string> = { 'accept-encoding': 'identity', ...request.headers };
    if (request.token !== undefined && url.origin === origin)
      headers.authorization = `Bearer ${request.token}`;
    const response = await fetchOnce(url, request.method, headers, settings);
    const location = response.headers.get('location');
    const isRedirect = response.status >= 300 && response.status < 400 && location !== null;
    if (!isRedirect || request.isAnswer?.(response)) return response;
    await response.body?.cancel();
    url = redirected(url, location);
  }
  throw new Error(`${request.url}: expected at most ${maxRedirects} redirects, got more`);
}

async function fetchOnce(
  url: URL,
  method: string,
  headers: Record<string, string>,
  { fetch, signal }: HubSettings,
): Promise<Response> {
  try {
    return await fetch(url, { method, headers, redirect: 'manual', ...(signal && { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
    const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
    const reason = cause?.message || cause?.code || (error as Error).message;
    const message =
      `${url}: no answer (${reason}); check the connection, ` +
      'or set HF_HUB_OFFLINE=1 to use only what is in the cache';
    const isFinal = ['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED'].includes(cause?.code ?? '');
    throw isFinal ? new Error(message, { cause }) : passing(message, cause);
  }
}

/** From https only https is followed, from http either; nothing leads to files or data. */
function redirected(from: URL, location: string): URL {
  const to = URL.canParse(location, from) ? new URL(location, from) : undefined;
  const isAllowed = to?.protocol === 'https:' || (to?.protocol === 'http:' && from.protocol === 'http:');
  if (to !== undefined && isAllowed) return to;
  throw new Error(`${from.href}: expected a redirect to ${from.protocol}, got ${location.slice(0, 100)}`);
}

/** `404 Not Found (EntryNotFound)`. */
export function describe(response: Response): string {
  const code = response.headers.get('x-error-code');
  return `${response.status} ${response.statusText}`.trimEnd() + (code === null ? '' : ` (${code})`);
}
