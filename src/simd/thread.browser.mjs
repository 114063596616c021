/** A thread of an engine in a browser: its first and only message says what to work on. */
import { serveJobs } from './serve-jobs.mjs';

addEventListener('message', ({ data }) => serveJobs(data), { once: true });
