/** As much of XML 1.0 as tests need: is it well-formed, and what does it say? */

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const TOKEN = /<(\/?)([a-z]+)((?: [A-Za-z:-]+="[^"<]*")*)(\/?)>|([^<]+)/y;
const REFERENCES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/**
 * The root element.
 *
 * @throws Error at the first place that is not well-formed: a tag left open, a bare & or <, a forbidden character.
 */
export function parseXml(text: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const [all, close, name = '', attributes = '', empty, content] = TOKEN.exec(text) ?? [];
    const parent = open.at(-1);
    if (all === undefined || !parent) throw new Error(`not XML: ${text.slice(at, at + 40)}`);
    if (content !== undefined) parent.text += unescaped(content);
    else if (close) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes ${parent.name}`);
    } else {
      const element = { name, attributes: attributesOf(attributes), children: [], text: '' };
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const [only, ...others] = root.children;
  if (open.length !== 1 || !only || others.length > 0) throw new Error('expected one element, all closed');
  return only;
}

/** The element and everything in it. */
export function elementsOf(element: XmlElement): XmlElement[] {
  return [element, ...element.children.flatMap(elementsOf)];
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/ ([^=]+)="([^"]*)"/g)];
  const names = pairs.map(([, name = '']) => name);
  if (new Set(names).size !== names.length) throw new Error(`an attribute twice: ${text}`);
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, unescaped(value)]));
}

function unescaped(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/u.exec(text);
  if (forbidden) throw new Error(`a character that XML does not allow: ${JSON.stringify(forbidden[0])}`);
  return text.replace(/&(?:([a-z]+);)?/g, (reference, name: string | undefined) => {
    const sign = name && REFERENCES[name];
    if (!sign) throw new Error(`a bare ${reference}`);
    return sign;
  });
}
