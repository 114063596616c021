import type { ServerResponse } from 'node:http';

/** The headers of every answer: a page may share memory with its workers only where these two stand. */
export const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
} as const;

/** The same as the file `_headers`, which servers of static files read. */
export function headersFile(): string {
  const lines = Object.entries(headers).map(([name, value]) => `  ${name}: ${value}\n`);
  return `/*\n${lines.join('')}`;
}

/** For the development server: every answer has them, also those that Vite gives without asking its settings. */
export function sendHeaders({ middlewares }: { readonly middlewares: Middlewares }): void {
  middlewares.use((_, response, next) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    next();
  });
}

interface Middlewares {
  use(handler: (request: unknown, response: ServerResponse, next: () => void) => void): void;
}
