/**
 * A restricted unpickler: it builds data and calls nothing but what its vocabulary lists. Protocols 2 to 5.
 */
import { PickleMachine, type Vocabulary } from './pickle-machine.js';

/**
 * The value that a pickle describes.
 *
 * @throws Error for a global that the vocabulary does not list, for an operation that data do not need, and
 *   for anything malformed.
 */
export function unpickle(bytes: Uint8Array, vocabulary: Vocabulary): unknown {
  const machine = new PickleMachine(bytes, vocabulary);
  for (;;) {
    const code = machine.uint8();
    if (code === stop) return machine.pop();
    const operation = operations.get(code);
    if (!operation) {
      const shown = `0x${code.toString(16).padStart(2, '0')}`;
      throw new Error(
        `expected a pickle of plain data, got operation ${shown} at byte ${machine.position - 1}`,
      );
    }
    operation(machine);
  }
}

type Operation = (machine: PickleMachine) => void;

const stop = '.'.charCodeAt(0);
const op = (code: string | number): number => (typeof code === 'string' ? code.charCodeAt(0) : code);

/** The operations by their codes, with their names in Python's `pickletools`. */
const operations: ReadonlyMap<number, Operation> = new Map<number, Operation>([
  [op(0x80), (m) => checkProtocol(m.uint8())], //            PROTO
  [op(0x95), (m) => void m.uint64()], //                     FRAME: a hint for buffered readers
  [op('('), (m) => m.mark()], //                             MARK
  [op('0'), (m) => void m.pop()], //                         POP
  [op('1'), (m) => void m.popMark()], //                     POP_MARK
  [op('N'), (m) => m.push(null)], //                         NONE
  [op(0x88), (m) => m.push(true)], //                        NEWTRUE
  [op(0x89), (m) => m.push(false)], //                       NEWFALSE
  [op('K'), (m) => m.push(m.uint8())], //                    BININT1
  [op('M'), (m) => m.push(m.uint16())], //                   BININT2
  [op('J'), (m) => m.push(m.int32())], //                    BININT
  [op(0x8a), (m) => m.push(long(m.bytes(m.uint8())))], //    LONG1
  [op('G'), (m) => m.push(m.float64())], //                  BINFLOAT
  [op('X'), (m) => m.push(m.text(m.uint32()))], //           BINUNICODE
  [op(0x8c), (m) => m.push(m.text(m.uint8()))], //           SHORT_BINUNICODE
  [op(0x8d), (m) => m.push(m.text(m.uint64()))], //          BINUNICODE8
  [op('U'), (m) => m.push(m.text(m.uint8()))], //            SHORT_BINSTRING
  [op('T'), (m) => m.push(m.text(m.uint32()))], //           BINSTRING
  [op('C'), (m) => m.push(m.bytes(m.uint8()))], //           SHORT_BINBYTES
  [op('B'), (m) => m.push(m.bytes(m.uint32()))], //          BINBYTES
  [op(']'), (m) => m.push([])], //                           EMPTY_LIST
  [op('a'), (m) => append(m, [m.pop()])], //                 APPEND
  [op('e'), (m) => append(m, m.popMark())], //               APPENDS
  [op(')'), (m) => m.push([])], //                           EMPTY_TUPLE
  [op(0x85), (m) => m.push(take(m, 1))], //                  TUPLE1
  [op(0x86), (m) => m.push(take(m, 2))], //                  TUPLE2
  [op(0x87), (m) => m.push(take(m, 3))], //                  TUPLE3
  [op('t'), (m) => m.push(m.popMark())], //                  TUPLE
  [op('}'), (m) => m.push(new Map())], //                    EMPTY_DICT
  [op('s'), (m) => setItems(m, take(m, 2))], //              SETITEM
  [op('u'), (m) => setItems(m, m.popMark())], //             SETITEMS
  [op('q'), (m) => void m.memo.set(m.uint8(), m.top())], //  BINPUT
  [op('r'), (m) => void m.memo.set(m.uint32(), m.top())], // LONG_BINPUT
  [op(0x94), (m) => void m.memo.set(m.memo.size, m.top())], // MEMOIZE
  [op('h'), (m) => recall(m, m.uint8())], //                 BINGET
  [op('j'), (m) => recall(m, m.uint32())], //                LONG_BINGET
  [op('c'), (m) => lookUp(m, m.line(), m.line())], //        GLOBAL
  [op(0x93), (m) => lookUp(m, ...(take(m, 2) as [unknown, unknown]))], // STACK_GLOBAL
  [op('R'), (m) => call(m)], //                              REDUCE
  [op('b'), (m) => build(m)], //                             BUILD
  [op('Q'), (m) => m.push(m.vocabulary.persistent(m.pop()))], // BINPERSID
]);

function checkProtocol(protocol: number): void {
  if (protocol > 5) throw new RangeError(`expected a pickle protocol up to 5, got ${protocol}`);
}

/** Little-endian two's complement of any length. */
function long(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] as number);
  const signed = BigInt.asIntN(8 * bytes.length, value);
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
}

/** The last `count` values, in the order in which they were pushed. */
function take(machine: PickleMachine, count: number): unknown[] {
  return Array.from({ length: count }, () => machine.pop()).reverse();
}

function append(machine: PickleMachine, values: readonly unknown[]): void {
  const list = machine.top();
  if (!Array.isArray(list)) throw new TypeError('expected a list to append to, got another value');
  for (const value of values) list.push(value);
}

function setItems(machine: PickleMachine, items: readonly unknown[]): void {
  const dict = machine.top();
  if (!(dict instanceof Map)) throw new TypeError('expected a dict to set items of, got another value');
  if (items.length % 2 !== 0) throw new RangeError(`expected keys and values, got ${items.length} items`);
  for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
}

function recall(machine: PickleMachine, index: number): void {
  if (!machine.memo.has(index)) throw new RangeError(`expected a remembered value ${index}, got none`);
  machine.push(machine.memo.get(index));
}

function lookUp(machine: PickleMachine, module: unknown, name: unknown): void {
  if (typeof module !== 'string' || typeof name !== 'string') {
    throw new TypeError('expected module and name of a global, got other values');
  }
  machine.push(machine.vocabulary.global(module, name));
}

function call(machine: PickleMachine): void {
  const args = machine.pop();
  const callee = machine.pop();
  // A value can be recalled any number of times, so no call may cost more than the bytes that ask for it.
  if (typeof callee !== 'function' || !Array.isArray(args) || args.length > 16) {
    throw new TypeError('expected a function and up to 16 arguments, got other values');
  }
  machine.push(callee(...args));
}

/** Attributes of an OrderedDict (PyTorch puts `_metadata` there) are dropped; nothing else may have any. */
function build(machine: PickleMachine): void {
  machine.pop();
  if (!(machine.top() instanceof Map))
    throw new TypeError('expected attributes of a dict, got another object');
}
