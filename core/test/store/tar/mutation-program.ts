import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import type { Ids } from '../../../src/contracts/ids.ts';
import { KarapaceError } from '../../../src/errors.ts';
import { removeTree } from '../../../src/store/remove-tree.ts';
import { byteSource } from '../../../src/store/tar/byte-source.ts';
import { openUnpacking } from '../../../src/store/tar/unpack-tar.ts';
import { openTreeWorkshop } from '../../../src/store/tree-workshop.ts';
import { byteString } from '../../../src/store/system-path.ts';
import { pax, rawTar } from './raw-tar.ts';

// Run in the id space: `node mutation-program.ts <empty directory> <ids> <count> <seed>`. Unpacks seed archives with a few bytes
// changed, as a tree and as an image upon another one; prints what came of it as JSON.
const [place = '', ids = 'single', count = '0', seed = '0'] = process.argv.slice(2);
process.umask(0);
const jail = path.join(place, 'jail');
const staging = path.join(place, 'staging');
fs.mkdirSync(jail);
fs.mkdirSync(staging);
fs.writeFileSync(path.join(place, 'canary'), 'untouched');
fs.writeFileSync(path.join(jail, 'canary'), 'untouched');
const workshop = openTreeWorkshop({ root: place, ids: ids as Ids, staging });

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
  ...['f', 'l'].map((name) => ({ name, type: '2', link: path.join(jail, 'canary') })),
);
const seeds = [...madeArchives(), ...foreignArchives()];
const result = { refused: 0, accepted: 0, slowest: 0, strange: [] as string[] };
for (let index = 0; index < Number(count); index += 1) {
  const started = process.cpuUsage();
  const kind = KINDS[Math.floor(index / seeds.length) % KINDS.length] ?? 'tree';
  const outcome = unpack(mutate(seeds[index % seeds.length] ?? Buffer.alloc(0)), kind);
  const { user, system } = process.cpuUsage(started);
  result.slowest = Math.max(result.slowest, Math.round((user + system) / 1000));
  if (outcome === 'refused' || outcome === 'accepted') result[outcome] += 1;
  else result.strange.push(`${index}: ${outcome}`);
  const outside = outsideOfTarget();
  if (outside !== 'canary=untouched,jail/canary=untouched') result.strange.push(`${index}: ${outside}`);
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

function unpack(archive: Buffer, kind: (typeof KINDS)[number]): string {
  const target = path.join(jail, 'target');
  fs.mkdirSync(target);
  try {
    const unpacking = openUnpacking({ directory: target, timed: true, kind }, workshop);
    if (kind !== 'tree') unpacking.unpack(inPieces(lower), 'lower');
    unpacking.unpack(inPieces(archive), '');
    unpacking.finish();
    return 'accepted';
  } catch (error) {
    return error instanceof KarapaceError && error.code === 'ARCHIVE_INVALID' ? 'refused' : String(error);
  } finally {
    removeTree(byteString(target));
  }
}

function inPieces(archive: Buffer) {
  let at = 0;
  return byteSource((into) => {
    const copied = archive.copy(into, 0, at, at + 1 + random(2000));
    at += copied;
    return copied;
  });
}

function outsideOfTarget(): string {
  const files = ['canary', 'jail/canary'].map((name) => `${name}=${fs.readFileSync(path.join(place, name), 'utf8')}`);
  const names = [...fs.readdirSync(place), ...fs.readdirSync(jail)].filter(
    (name) => !['canary', 'jail', 'staging'].includes(name),
  );
  return [...files, ...names].join(',');
}
