/** Memory that kernels work in, and who gives it out. */
export interface Heap {
  readonly memory: WebAssembly.Memory;
  /**
   * `bytes` bytes, 16-byte aligned at least, of unknown content. Views into the memory may die by it.
   *
   * @throws EngineError when there is no more.
   */
  allocate(bytes: number): number;
  free(address: number): void;
}
