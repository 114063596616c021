/** A drawing as SVG: the same bytes for the same drawing, no scripts, nothing loaded from elsewhere. */
import { encodePng } from '../image/encode-png.js';
import type { RgbImage } from '../image/rgb-image.js';
import type { Rgb } from './colormap.js';
import type { Box, Drawing, Line, Print, Shape, Words } from './drawing.js';

/** The text of the file, in UTF-8. Labels are escaped; characters that XML does not know become `�`. */
export function toSvg({ width, height, title, description, shapes }: Drawing): string {
  const size = `width="${round(width)}" height="${round(height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${round(width)} ${round(height)}" role="img" ` +
      'font-family="Helvetica, Arial, sans-serif" font-size="10">',
    `<title>${escaped(title)}</title>`,
    `<desc>${escaped(description)}</desc>`,
    `<rect ${size} fill="#ffffff"/>`,
    ...shapes.map(element),
    '</svg>',
    '',
  ].join('\n');
}

function element(shape: Shape): string {
  switch (shape.kind) {
    case 'box':
      return hinted('rect', `${place(shape)} fill="${hex(shape.color)}"`, shape);
    case 'print': {
      const attributes = `${place(shape)} preserveAspectRatio="none" href="${dataUri(shape.image)}"`;
      return hinted('image', attributes, shape);
    }
    case 'words':
      return words(shape);
    case 'line':
      return path(shape);
  }
}

function words({ x, y, text, color, anchor = 'start', isUpright = false }: Words): string {
  const at = `x="${round(x)}" y="${round(y)}"${isUpright ? ` transform="rotate(-90 ${round(x)} ${round(y)})"` : ''}`;
  const ends = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  return `<text ${at} fill="${hex(color)}"${ends}>${escaped(text)}</text>`;
}

function path({ points, width, color }: Line): string {
  const steps = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');
  return `<path d="${steps}" fill="none" stroke="${hex(color)}" stroke-width="${round(width)}" stroke-linejoin="round"/>`;
}

function hinted(name: string, attributes: string, { hint }: Pick<Box, 'hint'>): string {
  if (hint === undefined) return `<${name} ${attributes}/>`;
  return `<${name} ${attributes}><title>${escaped(hint)}</title></${name}>`;
}

function place({ x, y, width, height }: Box | Print): string {
  return `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
}

/** The photograph inside the file, as PNG in base 64. */
function dataUri(image: RgbImage): string {
  return `data:image/png;base64,${btoa(Array.from(encodePng(image), (byte) => String.fromCharCode(byte)).join(''))}`;
}

const NAMES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** What XML 1.0 does not allow, escaped or not. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;

function escaped(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"]/g, (sign) => NAMES[sign] ?? sign);
}

function hex(color: Rgb): string {
  return `#${color.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

/** Hundredths are enough, and the same on every machine. */
function round(length: number): string {
  return String(Math.round(length * 100) / 100);
}
