/** Our side in a browser: told how many threads it has, it prepares; then it does what it is asked for. */
import { type Likely, likeliest } from '../llama/likeliest.js';
import { type OurLlama, ourLlama } from '../llama/ours.js';

export type Question = 'decode' | 'likeliest' | { readonly threads: number };

let llama: OurLlama | undefined;

addEventListener('message', async ({ data }: MessageEvent<Question>) => {
  try {
    postMessage({ result: await answer(data) });
  } catch (error) {
    postMessage({ error: String(error) });
  }
});

async function answer(question: Question): Promise<number | Likely[] | undefined> {
  if (question === 'decode') return llama?.decode();
  if (question === 'likeliest') return llama && likeliest(await llama.logits());
  llama = await ourLlama({ ...question, wasmPaths: '/tfjs/' });
  return undefined;
}
