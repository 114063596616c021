/** Centre and area of a mask, all in picture sides. */
export function centreOfMass(mask: Uint8Array, size: number): [x: number, y: number, area: number] {
  let x = 0;
  let y = 0;
  let total = 0;
  for (let i = 0; i < mask.length; i++) {
    const weight = (mask[i] ?? 0) / 255;
    x += ((i % size) + 0.5) * weight;
    y += (Math.floor(i / size) + 0.5) * weight;
    total += weight;
  }
  return [x / total / size, y / total / size, total / size / size];
}
