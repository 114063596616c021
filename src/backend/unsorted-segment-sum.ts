/** The UnsortedSegmentSum kernel for the wasm backend. */
export function registerUnsortedSegmentSum(): void {}
