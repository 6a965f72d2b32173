const BLOCK = 512;

export interface TarEntry {
  readonly name: string;
  readonly content: Buffer;
}

/**
 * The plain files of a tar archive in memory. Sections of apk's archives have no end of their own, so the end of the bytes is one.
 *
 * @throws RangeError where an entry is cut off or has no size
 */
export function* tarEntries(archive: Buffer): Generator<TarEntry> {
  for (let offset = 0; offset + BLOCK <= archive.length;) {
    const header = archive.subarray(offset, offset + BLOCK);
    offset += BLOCK;
    if (header.every((byte) => byte === 0)) continue;
    const size = Number.parseInt(field(header, 124, 12).trim(), 8);
    if (!(size >= 0) || offset + size > archive.length) throw new RangeError('An entry of the archive is cut off');
    const type = String.fromCodePoint(header[156] ?? 0);
    if (type === '0' || type === '\0')
      yield { name: field(header, 0, 100), content: archive.subarray(offset, offset + size) };
    offset += Math.ceil(size / BLOCK) * BLOCK;
  }
}

function field(header: Buffer, start: number, length: number): string {
  const [text = ''] = header.toString('latin1', start, start + length).split('\0', 1);
  return text;
}
