// Writes the innermost loops of the matrix products as AssemblyScript: register tiles need one name a lane vector.

export function tiles() {
  return '/** The innermost loops, written by tiles.mjs. */\n';
}
