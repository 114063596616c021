/**
 * A small font, drawn for this project: signs at most five dots wide, seven high above the baseline and two below.
 * Pictures of dots have no other; SVG uses the fonts of its reader.
 */

/** The sign, then its rows from the top, each a digit of base 32 whose highest bit is the dot on the left. */
const ROWS = [
  'Aehhvhhh Buhhuhhu Cehggghe Duhhhhhu Evgguggv Fvgguggg Gehgnhhe Hhhhvhhh Ie44444e J72222ic Khikokih',
  'Lggggggv Mhrllhhh Nhhpljhh Oehhhhhe Puhhuggg Qehhhlid Ruhhukih Sfgge11u Tv444444 Uhhhhhhe Vhhhhha4',
  'Whhhllla Xhha4ahh Yhhha444 Zv1248gv a00e1fhf bggmphhu c00eggge d11djhhf e00ehvge f68s8888',
  'g00fhhhf1e hggmphhh i40c444e j20622222c kggikoki lc44444e m00qllll n00mphhh o00ehhhe p00uhhhugg',
  'q00fhhhf11 r00bc888 s00fge1u t88s8886 u00hhhjd v00hhha4 w00hhlla x00ha4ah y00hhhhf1e z00v248v',
  '0ehhhhhe 14c4444e 2eh1248v 3v2421he 426aiv22 5vgu11he 668guhhe 7v124888 8ehhehhe 9ehhf12c !4444404',
  '"aa #aavavaa $4fke5u4 %op248j3 &cik8lid \'44 (2488842 )8422248 *04lel4 +044v44 ,000000448 -000e',
  '.0000004 /11248gg :0040004 ;004000448 <248g842 =00v0v >8421248 ?eh12404 @ehnlnge [e88888e \\gg84211',
  ']e22222e ^4ah _0000000v `84 {2448442 |444444444 }8442448 ~008l2 …000000l ×00ha4ah −000v ·0004',
  '→042v24',
];

export interface Glyph {
  /** Dots from the left edge. */
  readonly width: number;
  /** From the top; bit 4 is the dot on the left. */
  readonly rows: readonly number[];
}

/** Dots between two signs. */
export const GAP = 1;

const glyphs = new Map(
  ROWS.flatMap((line) => line.split(' ')).map(([sign = '', ...digits]) => [sign, glyphOf(sign, digits)]),
);
const space: Glyph = { width: 2, rows: [] };
/** What stands for a sign that the font does not have. */
const box: Glyph = { width: 5, rows: [31, 17, 17, 17, 17, 17, 31] };

/** Digits keep their width, so that numbers stand below each other; other signs lose their empty columns. */
function glyphOf(sign: string, digits: readonly string[]): Glyph {
  const rows = digits.map((digit) => Number.parseInt(digit, 32));
  if (/\d/.test(sign)) return { width: 5, rows };
  const used = rows.reduce((all, row) => all | row, 0);
  const left = Math.clz32(used) - 27; // of 32 bits, five are dots
  const right = 31 - Math.clz32(used & -used);
  return { width: 5 - left - right, rows: rows.map((row) => row << left) };
}

/** The signs of a line, accents left off: é is drawn as e. */
export function glyphsOf(text: string): Glyph[] {
  return [...plain(text)].map((sign) => (sign === ' ' ? space : (glyphs.get(sign) ?? box)));
}

/** Whether the font has every sign of the line. */
export function isDrawable(text: string): boolean {
  return [...plain(text)].every((sign) => sign === ' ' || glyphs.has(sign));
}

/** Latin letters without their accents, and the quotation marks of a typewriter. */
function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[–—]/g, '-');
}
