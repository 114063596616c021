/** The page: hands a question to its worker, or answers it itself. */
import { type Answer, answer, type Question } from './tasks.js';

const worker = new Worker('/scripts/page.worker.js', { type: 'module' });

/** The test calls it by name. */
Object.assign(globalThis, {
  ask(place: 'page' | 'worker', question: Question): Promise<Answer> {
    return place === 'page' ? answer(question) : askWorker(question);
  },
});

function askWorker(question: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const onAnswer = ({ data }: MessageEvent<Answer>): void => {
      if (data.id !== question.id) return;
      worker.removeEventListener('message', onAnswer);
      resolve(data);
    };
    worker.addEventListener('message', onAnswer);
    worker.addEventListener('error', ({ message }) => reject(new Error(`the worker failed: ${message}`)));
    worker.postMessage(question);
  });
}
