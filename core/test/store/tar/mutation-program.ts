import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import type { Ids } from '../../../src/contracts/ids.ts';
import { openJail, sourceOf } from './open-jail.ts';
import { pax, rawTar } from './raw-tar.ts';

// Run in the id space: `node mutation-program.ts <empty directory> <ids> <count> <seed>`. Unpacks seed archives with a few bytes
// changed, as a tree and as an image upon another one; prints what came of it as JSON.
const [place = '', ids = 'single', count = '0', seed = '0'] = process.argv.slice(2);
const jail = openJail(place, { ids: ids as Ids, kept: ['whiteout'] });

let state = Number(seed);
/** Xorshift: the same numbers for the same seed. */
function random(below: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

const KINDS = ['tree', 'image', 'oci-image'] as const;
/** What images are unpacked upon: links that lead out, by names that the seeds use. */
const lower = rawTar(
  ...['d', 'a', 's'].map((name) => ({ name, type: '2', link: '..' })),
  ...['f', 'l'].map((name) => ({ name, type: '2', link: path.join(jail.directory, 'canary') })),
);
const seeds = [...madeArchives(), ...foreignArchives()];
const result = { refused: 0, accepted: 0, slowest: 0, strange: [] as string[] };
for (let index = 0; index < Number(count); index += 1) {
  const started = process.cpuUsage();
  const kind = KINDS[Math.floor(index / seeds.length) % KINDS.length] ?? 'tree';
  const archive = inPieces(mutate(seeds[index % seeds.length] ?? Buffer.alloc(0)));
  const outcome = jail.unpack(kind === 'tree' ? [archive] : [inPieces(lower), archive], { kind, timed: true });
  const { user, system } = process.cpuUsage(started);
  result.slowest = Math.max(result.slowest, Math.round((user + system) / 1000));
  if (outcome === 'refused' || outcome === 'accepted') result[outcome] += 1;
  else result.strange.push(`${index}: ${outcome}`);
  const changed = jail.changedOutside();
  if (changed !== '') result.strange.push(`${index}: ${changed}`);
}
process.stdout.write(JSON.stringify(result));

function madeArchives(): readonly Buffer[] {
  return [
    rawTar({ name: 'd/', type: '5' }, { name: 'd/f', content: 'x'.repeat(700) }, { name: 'l', type: '1', link: 'd/f' }),
    rawTar(
      pax({ path: 'l\xe4nger', 'SCHILY.xattr.user.a': 'x', mtime: '1.5' }),
      { name: 'x', content: 'y' },
      { name: 's', type: '2', link: '../canary' },
      { name: 'w', type: '3', mode: 0 },
    ),
    rawTar({ name: 'L', type: 'L', content: `${'d/'.repeat(60)}f\0` }, { name: 'f', content: 'x' }),
    rawTar(
      pax({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.name': 's', 'GNU.sparse.realsize': '9000' }),
      { name: 'g', content: `${'2\n0\n3\n8000\n3\n'.padEnd(512, '\0')}abcdef` },
    ),
  ];
}

function foreignArchives(): readonly Buffer[] {
  const source = path.join(place, 'source');
  fs.mkdirSync(path.join(source, 'a/b'), { recursive: true });
  fs.writeFileSync(path.join(source, 'a/b/file'), 'content\n'.repeat(100));
  fs.symlinkSync('../../canary', path.join(source, 'a/link'));
  fs.linkSync(path.join(source, 'a/b/file'), path.join(source, 'a/hard'));
  fs.writeFileSync(path.join(source, `${'n'.repeat(120)}`), 'x');
  const archives = ['gnu', 'posix'].map((format) =>
    execFileSync('tar', [`--format=${format}`, '--owner=0', '--group=0', '-C', source, '-b', '1', '-cf', '-', '.']),
  );
  fs.rmSync(source, { recursive: true });
  return archives;
}

/** Changes up to four bytes, numbers and whole blocks; half of the headers get a checksum that is right again. */
function mutate(archive: Buffer): Buffer {
  const bytes = Buffer.from(archive);
  const touched = new Set<number>();
  for (let changes = random(4); changes >= 0; changes -= 1) {
    const at = random(4) === 0 ? random(bytes.length) : 512 * random(bytes.length / 512) + random(512);
    touched.add(at - (at % 512));
    const bits = 1 << random(8);
    const nice = Buffer.from('0157/.\0 xLKg\xff', 'latin1');
    bytes[at] = random(2) === 0 ? (bytes[at] ?? 0) ^ bits : (nice[random(nice.length)] ?? 0);
  }
  if (random(2) === 0) for (const start of touched) mendChecksum(bytes.subarray(start, start + 512));
  if (random(12) === 0) return bytes.subarray(0, random(bytes.length));
  if (random(12) === 0)
    bytes.copyWithin(512 * random(bytes.length / 512), 512 * random(bytes.length / 512), bytes.length);
  return bytes;
}

function mendChecksum(block: Buffer): void {
  if (block.length < 512 || block.toString('latin1', 257, 262) !== 'ustar') return;
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
}

function inPieces(archive: Buffer) {
  return sourceOf(archive, () => 1 + random(2000));
}
