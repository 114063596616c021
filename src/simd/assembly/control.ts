/**
 * What the threads of an engine share besides data: whose turn it is, which unit of work is next, and the job.
 *
 * A job is a parallel loop: `units` calls of one unit function, taken in any order by any thread. Every unit
 * computes the same numbers whoever takes it, so the result does not depend on the number of threads.
 *
 *     control + 0     units taken so far
 *     control + 64    the job: op | units | scratch | bytes of scratch a thread | fields of the op (56 words)
 *     control + 320   table of constants of the elementary functions (704 bytes)
 *     control + 1024  one cache line a thread: mail | done | ready | sleeping | quit | fault | taken
 *
 * `mail` is the number of the job that is offered to the thread, `taken` that of the last offer that was taken up, by
 * the thread or, when it was too slow, back by the main one; `done` the number of the last job it has finished.
 */
export const NEXT: usize = 0;
export const JOB: usize = 64;
export const FIELDS: usize = 80;
export const TABLE: usize = 320;
export const THREADS: usize = 1024;

const THREAD_BYTES: usize = 64;
export const MAIL: usize = 0;
export const DONE: usize = 4;
export const READY: usize = 8;
export const SLEEPING: usize = 12;
export const QUIT: usize = 16;
export const TAKEN: usize = 24;

/** Where this instance's control block lies; memory has no fixed addresses, it may be another program's heap. */
export let control: usize = 0;

export function useControl(address: usize): void {
  control = address;
}

/** The line of thread `t`. */
@inline
export function lineOf(t: i32): usize {
  return control + THREADS + <usize>t * THREAD_BYTES;
}

// In a private memory there is one thread, and atomics do not exist.

@inline
export function load32(p: usize): i32 {
  return ASC_FEATURE_THREADS ? atomic.load<i32>(p) : load<i32>(p);
}

@inline
export function store32(p: usize, value: i32): void {
  if (ASC_FEATURE_THREADS) atomic.store<i32>(p, value);
  else store<i32>(p, value);
}

/**
 * Sleeping and waking are left to JavaScript's `Atomics`: in Node 20 the baseline compiler of V8 hands wrong
 * arguments to `memory.atomic.wait32` (measured: a thread sleeps on, in spite of a time limit and of wake-ups).
 */
@external("env", "sleep")
export declare function sleep(address: usize, expected: i32): void;

@external("env", "wake")
export declare function wake(address: usize): void;

/** The next unit of the job that nobody has taken. */
@inline
export function takeUnit(): i32 {
  if (ASC_FEATURE_THREADS) return atomic.add<i32>(control + NEXT, 1);
  const unit = load<i32>(control + NEXT);
  store<i32>(control + NEXT, unit + 1);
  return unit;
}

/** Takes up the offer to the thread of this line, if nobody has: it is then the caller's. */
export function takeOffer(line: usize): bool {
  const mail = load32(line + MAIL), taken = load32(line + TAKEN);
  if (mail == taken) return false;
  if (ASC_FEATURE_THREADS) return atomic.cmpxchg<i32>(line + TAKEN, taken, mail) == taken;
  store<i32>(line + TAKEN, mail);
  return true;
}
