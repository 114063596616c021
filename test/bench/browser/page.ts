/** The page: starts one of the sides, and lets it decode when told. Ours lives in a worker, as wllama does. */
import type { Likely } from '../llama/likeliest.js';
import type { Question } from './ours.worker.js';
import { wllama } from './wllama.js';

export interface BrowserLlama {
  /** Decodes the tokens of a sample; their time in milliseconds. */
  decode(): Promise<number>;
  /** What comes after the prompt. */
  likeliest(): Promise<readonly Likely[]>;
}

export interface BrowserSettings {
  readonly side: 'ours' | 'wllama';
  readonly threads: number;
}

let llama: BrowserLlama | undefined;

/** The contestant calls them by name. */
Object.assign(globalThis, {
  async prepare({ side, threads }: BrowserSettings): Promise<void> {
    llama = side === 'ours' ? await inWorker(threads) : await wllama(threads);
  },
  decode: () => llama?.decode(),
  likeliest: () => llama?.likeliest(),
});

async function inWorker(threads: number): Promise<BrowserLlama> {
  const worker = new Worker('/scripts/ours.worker.js', { type: 'module' });
  const ask = <Result>(question: Question): Promise<Result> =>
    new Promise((resolve, reject) => {
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.onmessage = ({ data }) =>
        'error' in data ? reject(new Error(data.error)) : resolve(data.result);
      worker.postMessage(question);
    });
  await ask({ threads });
  return { decode: () => ask('decode'), likeliest: () => ask('likeliest') };
}
