import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import type { ArchivePin } from '../../src/contracts/lock.ts';

export function archivePin(content: string): ArchivePin {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return {
    name: 'pkg',
    version: '1.0',
    arch: 'all',
    url: 'https://example.invalid/pkg.deb',
    size: content.length,
    sha256,
  };
}

export function bodyOf(content: string): Readable {
  return Readable.from([Buffer.from(content.slice(0, 3)), Buffer.from(content.slice(3))]);
}
