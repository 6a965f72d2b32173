import type { ByteString } from '../../../src/store/tree-entry.ts';

/** Fields of a header block as they are to be written; nothing here makes sense of them. */
export interface RawMember {
  readonly name?: ByteString;
  readonly prefix?: ByteString;
  readonly type?: string;
  readonly link?: ByteString;
  readonly content?: Buffer | string;
  /** Numbers become octal; texts are written as they are. */
  readonly mode?: number | string;
  readonly uid?: number | string;
  readonly gid?: number | string;
  readonly size?: number | string;
  readonly mtime?: number | string;
  readonly major?: number | string;
  readonly minor?: number | string;
  readonly magic?: ByteString;
  readonly checksum?: string;
  /** Written over the header before its checksum is made: offset and bytes. */
  readonly patch?: readonly [number, ByteString];
}

/** A header block with the right checksum, and the content, filled up to whole blocks. */
export function rawMember(member: RawMember): Buffer {
  const content = Buffer.from(member.content ?? '');
  const block = Buffer.alloc(512);
  const field = (value: number | string, at: number, width: number) =>
    block.write(typeof value === 'number' ? `${value.toString(8).padStart(width - 1, '0')}\0` : value, at, 'latin1');
  block.write((member.name ?? 'file').slice(0, 100), 0, 'latin1');
  field(member.mode ?? 0o644, 100, 8);
  field(member.uid ?? 0, 108, 8);
  field(member.gid ?? 0, 116, 8);
  field(member.size ?? content.length, 124, 12);
  field(member.mtime ?? 1_700_000_000, 136, 12);
  block.write(member.type ?? '0', 156, 'latin1');
  block.write((member.link ?? '').slice(0, 100), 157, 'latin1');
  block.write(member.magic ?? 'ustar\x0000', 257, 'latin1');
  field(member.major ?? 0, 329, 8);
  field(member.minor ?? 0, 337, 8);
  block.write(member.prefix ?? '', 345, 'latin1');
  if (member.patch !== undefined) block.write(member.patch[1], member.patch[0], 'latin1');
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(member.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([block, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

export const END = Buffer.alloc(1024);

export function rawTar(...members: readonly (RawMember | Buffer)[]): Buffer {
  return Buffer.concat([...members.map((each) => (Buffer.isBuffer(each) ? each : rawMember(each))), END]);
}

/** An extended header with right lengths; texts are bytes as of `latin1`. */
export function pax(records: Readonly<Record<string, string>>, type = 'x'): Buffer {
  const lines = Object.entries(records).map(([keyword, value]) => paxLine(keyword, value));
  return rawMember({ name: 'PaxHeaders', type, content: Buffer.from(lines.join(''), 'latin1') });
}

export function paxLine(keyword: string, value: string): string {
  const rest = ` ${keyword}=${value}\n`;
  const guess = rest.length + String(rest.length).length;
  return `${String(guess).length + rest.length}${rest}`;
}
