/** Sizes of memory as people write them. */

/** `2GB`, `800MB`, `1.5GiB`. */
export type ByteSize = `${number}${'k' | 'M' | 'G'}${'' | 'i'}B`;

const SIZE = /^(\d+(?:\.\d+)?) ?([kmg]?)(i?)b?$/i;
const powers = { '': 0, k: 1, m: 2, g: 3 } as const;

/** The bytes: `2GB` is 2·10⁹, `2GiB` is 2·2³⁰; undefined for what is no size. Letters may be small, `B` left out. */
export function parseBytes(text: string): number | undefined {
  const [, number, letter = '', binary] = SIZE.exec(text) ?? [];
  if (number === undefined || (letter === '' && binary !== '')) return undefined;
  const power = powers[letter.toLowerCase() as keyof typeof powers]; // the pattern has no other letters
  const bytes = Math.round(Number(number) * (binary === '' ? 1000 : 1024) ** power);
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** `1234567890` → `1235 MB`, rounded up: who gives so much has given enough. */
export function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}
