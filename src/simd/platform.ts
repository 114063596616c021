/** Where this code runs: it decides how files are read and threads are started. */

/**
 * Node, or a program with its interfaces (Deno, Bun). False in browsers and their workers; the bundle for them is built
 * with `process` undefined, so that what only Node runs is left out of it.
 */
export const isNode: boolean = typeof process !== 'undefined' && process.versions?.node !== undefined;
