/** What goes wrong in the engine: a thread that died, memory that cannot grow, a machine without SIMD. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}
