/**
 * Lets the event loop run: a signal that arrives meanwhile (Ctrl-C, a button) is seen, reads are issued.
 *
 * A timer costs a millisecond at least; where there is `setImmediate` (Node), a turn costs next to nothing.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
