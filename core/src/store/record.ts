import { blake3 } from '@napi-rs/blake-hash';

/** The form of each kind's value; raised when an older reader would misread it. */
const VERSIONS = {
  store: 2,
  environment: 2,
  lock: 1,
  snapshot: 1,
  layer: 1,
  name: 1,
  archive: 1,
  journal: 1,
} as const;

export type RecordKind = keyof typeof VERSIONS;

/** A small JSON value on the disk, under a line that says what it is and proves that it is whole. */
export function encodeRecord(kind: RecordKind, value: object): string {
  const body = `${JSON.stringify(value)}\n`;
  return `karapace ${kind} v${VERSIONS[kind]} ${checksum(body)}\n${body}`;
}

const HEADER = /^karapace ([a-z]+) v(\d+) ([0-9a-f]{64})\n/;

export type DecodedRecord =
  | { readonly value: unknown }
  /** Whole or not, it is not for this version to read. */
  | { readonly version: number }
  | { readonly damage: string };

/** @param readable the version to read; default is the one that is written */
export function decodeRecord(kind: RecordKind, text: string, readable: number = VERSIONS[kind]): DecodedRecord {
  const [header, found, version, expected] = HEADER.exec(text) ?? [];
  if (header === undefined || found !== kind) return { damage: `it is no ${kind} record` };
  if (Number(version) !== readable) return { version: Number(version) };
  const body = text.slice(header.length);
  if (checksum(body) !== expected) return { damage: 'its checksum does not match' };
  return { value: JSON.parse(body) as unknown };
}

function checksum(body: string): string {
  return blake3(body).toString('hex');
}
