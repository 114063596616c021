/**
 * The entry of the kernels' WebAssembly module: how a thread joins, works, and is told that there is work.
 * The main thread calls `start`, `post`, `work(0)` and `settle`; every other thread calls `start` and `serve`.
 */
import {
  control,
  DONE,
  FIELDS,
  JOB,
  lineOf,
  load32,
  MAIL,
  NEXT,
  QUIT,
  READY,
  SLEEPING,
  TAKEN,
  sleep,
  store32,
  takeOffer,
  takeUnit,
  useControl,
  wake,
} from './control';
import { fillTable } from './elementary';
import { runUnit } from './run-unit';

/** Uses the control block at `address`. */
export function start(address: usize): void {
  useControl(address);
  fillTable(); // every thread writes the same constants
}

/** Takes units of the job until none is left. `thread` is 0 for the main one. */
export function work(thread: i32): void {
  const job = control + JOB;
  const op = load<i32>(job);
  const units = load<i32>(job, 4);
  const scratch = load<usize>(job, 8) + <usize>thread * load<usize>(job, 12);
  for (let unit = takeUnit(); unit < units; unit = takeUnit()) runUnit(op, control + FIELDS, unit, scratch);
}

/** Offers the job to the threads 1…threads − 1 that are ready. */
export function post(threads: i32): void {
  store32(control + NEXT, 0);
  if (!ASC_FEATURE_THREADS) return;
  for (let t = 1; t < threads; t++) {
    const line = lineOf(t);
    if (load32(line + READY) == 0) continue;
    store32(line + MAIL, load32(line + MAIL) + 1);
    if (load32(line + SLEEPING) != 0) wakeThread(line);
  }
}

/** Once: until it has come to itself, which takes longer than many a job, further jobs are not called out. */
function wakeThread(line: usize): void {
  store32(line + SLEEPING, 0);
  wake(line + MAIL);
}

/**
 * When no unit is left: takes back offers that no thread has taken up, as one that sleeps or waits for a processor has
 * nothing to do any more. Then looks up to `polls` times whether the others are done; 0 or the first that is not.
 */
export function settle(threads: i32, polls: i32): i32 {
  for (let t = 1; t < threads; t++) {
    const line = lineOf(t);
    if (takeOffer(line)) store32(line + DONE, load32(line + MAIL));
  }
  for (let t = 1; t < threads; t++) {
    const line = lineOf(t);
    let left = polls;
    while (load32(line + DONE) != load32(line + MAIL)) {
      if (--left < 0) return t;
    }
  }
  return 0;
}

/** The life of thread 1, 2, …: waits for mail (spinning `polls` times, then asleep), works, until told to quit. */
export function serve(thread: i32, polls: i32): void {
  const line = lineOf(thread);
  let seen = load32(line + MAIL);
  store32(line + DONE, seen);
  store32(line + READY, 1);
  for (;;) {
    waitForMail(line, seen, polls);
    if (load32(line + QUIT) != 0) return;
    seen = load32(line + MAIL);
    if (!takeOffer(line)) continue;
    work(thread);
    store32(line + DONE, load32(line + TAKEN)); // it may be a later offer than the one that was seen
  }
}

function waitForMail(line: usize, seen: i32, polls: i32): void {
  let left = polls;
  while (load32(line + MAIL) == seen && load32(line + QUIT) == 0) {
    if (--left > 0) continue;
    if (ASC_FEATURE_THREADS) {
      store32(line + SLEEPING, 1);
      sleep(line + MAIL, seen);
      store32(line + SLEEPING, 0);
    }
    left = polls;
  }
}

// Exported so that the compiler does not inline them: they are fast as functions of their own only.
export * from './tiles';
