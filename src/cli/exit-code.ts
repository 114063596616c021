/** How a command ends: the exit code that a script reads, and the one line that a person reads. */
import { DeviceError } from '../backend/device-error.js';

export const exitCodes = {
  ok: 0,
  failure: 1,
  /** The command line is wrong. */
  usage: 2,
  /** The model is missing or invalid. */
  model: 3,
  outOfMemory: 4,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** An error that knows its exit code; every other error is judged by `exitCodeOf`. */
class CommandError extends Error {
  constructor(
    message: string,
    readonly exitCode: ExitCode,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export function usageError(message: string): Error {
  return new CommandError(message, exitCodes.usage);
}

/**
 * Runs what opens a model: its failures mean a missing or invalid model, unless memory, a device or a person ended it.
 */
export async function openingModel<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    if (exitCodeOf(error) !== exitCodes.failure || error instanceof DeviceError) throw error;
    throw new CommandError(messageOf(error), exitCodes.model, { cause: error });
  }
}

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommandError) return error.exitCode;
  if (error instanceof Error && error.name === 'AbortError') return exitCodes.interrupted;
  if (isOutOfMemory(error)) return exitCodes.outOfMemory;
  return exitCodes.failure;
}

/** The message on one line; for a lack of memory, what can be done about it. */
export function messageOf(error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).replace(/\s*\n\s*/g, ' ');
  if (!isOutOfMemory(error)) return message;
  return `out of memory (${message}); --memory stream holds one block of the model at a time`;
}

/**
 * V8 and the wasm heap have no error kind of their own for this: their messages are all there is to go by.
 */
function isOutOfMemory(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const inWasm = error instanceof WebAssembly.RuntimeError && /out of bounds|unreachable/.test(error.message);
  return (
    inWasm ||
    /allocation failed|out of memory|Invalid typed array length|Cannot enlarge memory/i.test(error.message)
  );
}
