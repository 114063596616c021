/** A thread of an engine in Node: works on jobs in shared memory until it is told to quit. */
import { workerData } from 'node:worker_threads';

import { serveJobs } from './serve-jobs.mjs';

serveJobs(workerData);
