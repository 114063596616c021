/**
 * Writes PyTorch checkpoints for tests, honest and hostile: a pickle of a few kinds of values, in a stored
 * zip.
 */

/** Bytes of a pickle, piece by piece. Text is latin-1 opcodes, numbers are bytes. */
export function pickle(...pieces: (string | Uint8Array)[]): Uint8Array {
  return Buffer.concat([
    Buffer.from([0x80, 2]),
    ...pieces.map((p) => Buffer.from(p as string, 'latin1')),
    Buffer.from('.'),
  ]);
}

export const mark = '(';
export const int = (n: number): string => {
  const bytes = Buffer.alloc(5);
  bytes.write('J', 'latin1');
  bytes.writeInt32LE(n, 1);
  return bytes.toString('latin1');
};
export const text = (s: string): string => {
  const utf8 = Buffer.from(s);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(utf8.length);
  return `X${length.toString('latin1')}${utf8.toString('latin1')}`;
};
export const tuple = (...items: string[]): string => `(${items.join('')}t`;
export const dict = (...items: [string, string][]): string =>
  `}(${items.map(([key, value]) => text(key) + value).join('')}u`;
export const global = (module: string, name: string): string => `c${module}\n${name}\n`;
export const call = (callee: string, ...args: string[]): string => `${callee}${tuple(...args)}R`;
export const orderedDict = (...items: [string, string][]): string =>
  `${global('collections', 'OrderedDict')})R(${items.map(([key, value]) => text(key) + value).join('')}u`;

export interface View {
  storage: string;
  key: string;
  size: number;
  offset?: number;
  shape: number[];
  strides: number[];
}

export const tensor = ({ storage, key, size, offset = 0, shape, strides }: View): string =>
  call(
    global('torch._utils', '_rebuild_tensor_v2'),
    `${tuple(text('storage'), global('torch', storage), text(key), text('cpu'), int(size))}Q`,
    int(offset),
    tuple(...shape.map(int)),
    tuple(...strides.map(int)),
    '\x89',
    orderedDict(),
  );

export interface ZipOptions {
  /** Sizes and offsets in zip64 fields, as for archives beyond 4 GB. */
  zip64?: boolean;
  method?: number;
  flags?: number;
}

/**
 * A zip as PyTorch writes it: empty local headers padded by an extra field, data descriptors, a directory.
 */
export function zip(entries: Record<string, Uint8Array>, options: ZipOptions = {}): Buffer {
  const { zip64 = false, method = 0, flags = 8 } = options;
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  const push = (part: Uint8Array) => {
    parts.push(Buffer.from(part));
    at += part.byteLength;
  };
  for (const [name, data] of Object.entries(entries)) {
    const utf8 = Buffer.from(name);
    directory.push(directoryEntry(utf8, data.byteLength, at, { zip64, method, flags }));
    const padding = Buffer.alloc(7, 'Z');
    push(
      record([
        [4, 0x04034b50],
        [2, 45],
        [2, flags],
        [2, method],
        [12, 0],
        [4, 0],
        [2, utf8.length],
        [2, 7],
      ]),
    );
    push(Buffer.concat([utf8, padding, data]));
    push(
      record([
        [4, 0x08074b50],
        [4, 0],
        [4, data.byteLength],
        [4, data.byteLength],
      ]),
    );
  }
  const start = at;
  for (const entry of directory) push(entry);
  const [count, length] = [directory.length, at - start];
  if (zip64) {
    const end = at;
    push(
      record([
        [4, 0x06064b50],
        [8, 44],
        [4, 0],
        [8, 0],
        [8, count],
        [8, count],
        [8, length],
        [8, start],
      ]),
    );
    push(
      record([
        [4, 0x07064b50],
        [4, 0],
        [8, end],
        [4, 1],
      ]),
    );
  }
  const field = (n: number, most: number) => (zip64 ? most : n);
  push(
    record([
      [4, 0x06054b50],
      [4, 0],
      [2, field(count, 0xffff)],
      [2, field(count, 0xffff)],
    ]),
  );
  push(
    record([
      [4, field(length, 0xffffffff)],
      [4, field(start, 0xffffffff)],
      [2, 0],
    ]),
  );
  return Buffer.concat(parts);
}

/** An archive with `data.pkl`, blobs and the byte order. */
export function archive(
  pkl: Uint8Array,
  blobs: Record<string, Uint8Array> = {},
  options?: ZipOptions,
): Buffer {
  const data = Object.fromEntries(Object.entries(blobs).map(([key, bytes]) => [`m/data/${key}`, bytes]));
  return zip({ 'm/data.pkl': pkl, 'm/byteorder': Buffer.from('little'), ...data }, options);
}

function directoryEntry(name: Buffer, size: number, at: number, options: Required<ZipOptions>): Buffer {
  const { zip64, method, flags } = options;
  const extra = zip64
    ? record([
        [2, 1],
        [2, 24],
        [8, size],
        [8, size],
        [8, at],
      ])
    : Buffer.alloc(0);
  const field = (n: number) => (zip64 ? 0xffffffff : n);
  const head = record([
    [4, 0x02014b50],
    [4, 0],
    [2, flags],
    [2, method],
    [8, 0],
    [4, field(size)],
    [4, field(size)],
  ]);
  const tail = record([
    [2, name.length],
    [2, extra.length],
    [2, 0],
    [8, 0],
    [4, field(at)],
  ]);
  return Buffer.concat([head, tail, name, extra]);
}

/** Little-endian fields of `[bytes, value]`. */
export function record(fields: readonly (readonly [bytes: number, value: number])[]): Buffer {
  return Buffer.concat(
    fields.map(([bytes, value]) => {
      const field = Buffer.alloc(bytes);
      for (let i = 0, rest = BigInt(value); i < bytes; i++, rest >>= 8n) field[i] = Number(rest & 255n);
      return field;
    }),
  );
}
