/** The worker of the page: answers what it is asked. */
import { answer } from './tasks.js';

addEventListener('message', async ({ data }) => postMessage(await answer(data)));
