/**
 * Lets the event loop run: a signal that arrives meanwhile (Ctrl-C, a button) is seen, reads are issued.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
