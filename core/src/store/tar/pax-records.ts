import type { ByteString } from '../tree-entry.ts';

/** Keywords and values of one extended header, in its order. */
export type PaxRecords = ReadonlyMap<ByteString, Buffer>;

/**
 * Reads the records of an extended header.
 *
 * @throws RangeError unless they fill it exactly, and where a keyword comes twice
 */
export function readPaxRecords(content: Buffer): PaxRecords {
  const records = new Map<ByteString, Buffer>();
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const digits = space === -1 ? '' : content.toString('latin1', at, Math.min(space, at + 9));
    const end = /^[1-9]\d{0,7}$/.test(digits) ? at + Number(digits) : 0;
    if (end > content.length || end <= space + 1 || content[end - 1] !== 0x0a) {
      throw new RangeError('its extended header is cut or has a wrong length');
    }
    const record = content.subarray(space + 1, end - 1);
    const equals = record.indexOf(0x3d);
    if (equals < 1) throw new RangeError('its extended header has a record without a keyword');
    const keyword = record.toString('latin1', 0, equals);
    if (records.has(keyword)) throw new RangeError(`its extended header has \`${printable(keyword)}\` twice`);
    records.set(keyword, Buffer.from(record.subarray(equals + 1)));
    at = end;
  }
  return records;
}

/** One record: its own length in decimal, which counts its own digits, a space, `keyword=value`, a line feed. */
export function formatPaxRecord(keyword: ByteString, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${keyword}=`, 'latin1'), value, Buffer.from('\n')]);
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

export function printable(text: ByteString): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
}
