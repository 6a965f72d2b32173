import { blake3 } from '@napi-rs/blake-hash';

export type RecordKind = 'store' | 'layer' | 'environment' | 'name' | 'archive';

/** A small JSON value on the disk, under a line that says what it is and proves that it is whole. */
export function encodeRecord(kind: RecordKind, value: object): string {
  const body = `${JSON.stringify(value)}\n`;
  return `karapace ${kind} v1 ${checksum(body)}\n${body}`;
}

const HEADER = /^karapace ([a-z]+) v(\d+) ([0-9a-f]{64})\n/;

export type DecodedRecord =
  | { readonly value: unknown }
  /** Whole or not, it is not for this version to read. */
  | { readonly version: number }
  | { readonly damage: string };

export function decodeRecord(kind: RecordKind, text: string): DecodedRecord {
  const [header, found, version, expected] = HEADER.exec(text) ?? [];
  if (header === undefined || found !== kind) return { damage: `it is no ${kind} record` };
  if (version !== '1') return { version: Number(version) };
  const body = text.slice(header.length);
  if (checksum(body) !== expected) return { damage: 'its checksum does not match' };
  return { value: JSON.parse(body) as unknown };
}

function checksum(body: string): string {
  return blake3(body).toString('hex');
}
