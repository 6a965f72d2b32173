import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import type { ArchivePin } from '@karapace/core';

/** What an archive of this backend holds, as JSON. */
export interface MockArchive {
  readonly name: string;
  readonly version: string;
  /** Absolute path to text. */
  readonly files: Readonly<Record<string, string>>;
}

/** The same name gives the same version on every machine and every day. */
export function mockVersion(name: string): string {
  const digest = createHash('sha256').update(`version of ${name}`).digest();
  return `${1 + (digest.readUInt8(0) % 9)}.${digest.readUInt8(1) % 40}.${digest.readUInt8(2) % 20}`;
}

export function pinMockArchive(
  kind: 'image' | 'package',
  name: string,
  version: string = mockVersion(name),
): ArchivePin {
  const bytes = encode(kind, name, version);
  return {
    name,
    version,
    arch: 'all',
    url: `http://mock.invalid/${kind}/${encodeURIComponent(name)}/${version}`,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}

/** The bytes behind such a URL; `undefined` where it is not one of ours. */
export function openMockArchive(archive: ArchivePin): Readable | undefined {
  const [, kind, name, version] = new URL(archive.url).pathname.split('/');
  if ((kind !== 'image' && kind !== 'package') || name === undefined || version === undefined) return undefined;
  return Readable.from([encode(kind, decodeURIComponent(name), version)]);
}

function encode(kind: 'image' | 'package', name: string, version: string): Buffer {
  const archive: MockArchive = {
    name,
    version,
    files: kind === 'image' ? imageFiles(name) : packageFiles(name, version),
  };
  return Buffer.from(`${JSON.stringify(archive)}\n`);
}

function imageFiles(reference: string): MockArchive['files'] {
  const [id = reference, release = 'rolling'] = reference.split('/');
  return {
    '/etc/karapace-mock': `${reference}\n`,
    '/etc/os-release': `ID=${id}\nVERSION_CODENAME=${release}\nPRETTY_NAME="${reference} (made up by Karapace)"\n`,
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\n',
    '/usr/bin/sh': '#!mock\n',
  };
}

function packageFiles(name: string, version: string): MockArchive['files'] {
  return {
    [`/usr/bin/${name}`]: `#!mock\n${name} version ${version} (made up by Karapace)\n`,
    [`/usr/share/doc/${name}/about`]: `${name} is not here; the mock backend pretends that it is.\n`,
  };
}
