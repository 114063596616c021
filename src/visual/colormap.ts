/**
 * Colours for numbers from 0 to 1, perceptually even: the lightness of OKLab (Ottosson 2020) goes in equal steps
 * from one end to the other, so that equal differences look equal, in grey and to colour-blind eyes too.
 */

/** Bytes of red, green and blue. */
export type Rgb = readonly [r: number, g: number, b: number];

/** Values below 0 and above 1 get the colours of the ends. */
export type Colormap = (value: number) => Rgb;

interface Ramp {
  readonly lightness: readonly [first: number, last: number];
  /** Degrees. */
  readonly hue: readonly [first: number, last: number];
  /** As much of it as sRGB can show at that lightness. */
  readonly chroma: readonly [first: number, middle: number, last: number];
}

const LEVELS = 256;

function ramp({ lightness, hue, chroma: [first, middle, last] }: Ramp): Colormap {
  const table = Array.from({ length: LEVELS }, (_, i): Rgb => {
    const t = i / (LEVELS - 1);
    const chroma = t < 0.5 ? between(first, middle, 2 * t) : between(middle, last, 2 * t - 1);
    return shown(between(...lightness, t), chroma, (between(...hue, t) * Math.PI) / 180);
  });
  return (value) => {
    const t = Math.min(Math.max(value, 0), 1);
    return table[Math.round(t * (LEVELS - 1))] ?? black; // NaN alone is outside
  };
}

const black: Rgb = [0, 0, 0];
const between = (a: number, b: number, t: number): number => a + (b - a) * t;

/** The colour of this lightness and hue with the largest chroma up to `chroma` that sRGB can show. */
function shown(lightness: number, chroma: number, hue: number): Rgb {
  const at = (c: number) => linearRgb(lightness, c * Math.cos(hue), c * Math.sin(hue));
  let [low, high] = [0, chroma];
  if (isShown(at(chroma))) low = chroma;
  for (let step = 0; step < 20 && low < high; step++) {
    const c = (low + high) / 2;
    if (isShown(at(c))) low = c;
    else high = c;
  }
  const [r, g, b] = at(low);
  return [toByte(r), toByte(g), toByte(b)];
}

const isShown = (rgb: Rgb): boolean => rgb.every((value) => value >= 0 && value <= 1);

/** OKLab → linear light of sRGB's primaries. The matrices are those of the definition. */
function linearRgb(L: number, a: number, b: number): Rgb {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

/** Linear light → byte, with the transfer function of sRGB (IEC 61966-2-1). */
function toByte(light: number): number {
  const value = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055;
  return Math.round(255 * value);
}

/** The colour at `share` of the way from one to another, byte by byte. */
export function mix(from: Rgb, to: Rgb, share: number): Rgb {
  const [r, g, b] = [0, 1, 2].map((i) => Math.round(between(from[i] ?? 0, to[i] ?? 0, share)));
  return [r ?? 0, g ?? 0, b ?? 0];
}

/** How much light a colour sends, 0 for black to 1 for white (WCAG 2's relative luminance). */
export function luminance(color: Rgb): number {
  const [r, g, b] = color.map((byte) => toLight(byte / 255)) as unknown as Rgb; // three for three
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Black or white, whichever has the larger contrast: at least 4.5 to 1, which WCAG 2 asks of small text. */
export function legibleOn(color: Rgb): Rgb {
  return luminance(color) > 0.179 ? [0, 0, 0] : [255, 255, 255];
}

function toLight(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** Dark violet over red to light yellow: for what lies on a picture. */
export const heat = ramp({ lightness: [0.22, 0.95], hue: [290, 460], chroma: [0.14, 0.19, 0.13] });

/** Near white over green to dark blue: for what lies on paper. */
export const ink = ramp({ lightness: [0.98, 0.36], hue: [110, 265], chroma: [0.02, 0.1, 0.13] });
