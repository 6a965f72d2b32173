import { blake3 } from './blake3.ts';

/** The form of each kind's value; raised when an older reader would misread it. */
const VERSIONS = {
  store: 2,
  environment: 2,
  lock: 1,
  index: 1,
  snapshot: 1,
  layer: 1,
  name: 1,
  archive: 1,
  journal: 1,
} as const;

export type RecordKind = keyof typeof VERSIONS;

/** A small JSON value on the disk, under a line that says what it is and proves that all of it is whole. */
export function encodeRecord(kind: RecordKind, value: object): string {
  const title = `karapace ${kind} v${VERSIONS[kind]}`;
  const body = `${JSON.stringify(value)}\n`;
  return `${title} ${checksum(title, body)}\n${body}`;
}

const HEADER = /^(karapace ([a-z]+) v(\d+)) ([0-9a-f]{64})\n/;

export type DecodedRecord =
  | { readonly value: unknown }
  /** Whole, but not for this reader. */
  | { readonly version: number }
  | { readonly damage: string };

/** @param readable the version to read; default is the one that is written */
export function decodeRecord(kind: RecordKind, text: string, readable: number = VERSIONS[kind]): DecodedRecord {
  const [header, title = '', found, digits, expected] = HEADER.exec(text) ?? [];
  if (header === undefined || found !== kind) return { damage: `it is no ${kind} record` };
  const version = Number(digits);
  const body = text.slice(header.length);
  // The first records were proved by their second line alone; newer ones than these always prove their version too.
  const isWhole =
    checksum(title, body) === expected || (version <= VERSIONS[kind] && blake3(body).toString('hex') === expected);
  if (!isWhole) return { damage: 'its checksum does not match' };
  return version === readable ? decodeBody(body) : { version };
}

/** A digest can be made for anything. */
function decodeBody(body: string): DecodedRecord {
  try {
    return { value: JSON.parse(body) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return { damage: 'it is no JSON' };
    throw error;
  }
}

function checksum(title: string, body: string): string {
  return blake3(`${title}\n${body}`).toString('hex');
}
