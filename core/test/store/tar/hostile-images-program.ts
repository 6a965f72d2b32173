import type { Ids } from '../../../src/contracts/ids.ts';
import { hostileArchives } from './hostile-archives.ts';
import { directory, file, symlink } from './hostile-kit.ts';
import { openJail, sourceOf } from './open-jail.ts';
import { rawTar } from './raw-tar.ts';

// Run in the id space: `node hostile-images-program.ts <empty directory> <ids>`. Unpacks each hostile archive as an image upon another one
// full of links that lead out; prints as JSON which were not refused, and what changed outside.
const [place = '', ids = 'single'] = process.argv.slice(2);
const jail = openJail(place, { ids: ids as Ids });

/** Names that the hostile archives use. */
const lower = rawTar(
  ...['a', 'x', 'l', 'd', 'out'].map((name) => symlink(name, '..')),
  ...['canary', 'f'].map((name) => symlink(name, `${jail.directory}/canary`)),
  symlink('tmp', jail.directory),
  directory('real'),
  file('real/file'),
);

const found = { tried: 0, accepted: [] as string[], strange: [] as string[] };
for (const { title, archive } of hostileArchives) {
  for (const kind of ['image', 'oci-image'] as const) {
    found.tried += 1;
    const outcome = jail.unpack([sourceOf(lower), sourceOf(archive)], { kind, timed: false });
    if (outcome === 'accepted') found.accepted.push(`${kind}: ${title}`);
    else if (outcome !== 'refused') found.strange.push(`${kind}: ${title}: ${outcome}`);
    const changed = jail.changedOutside();
    if (changed !== '') found.strange.push(`${kind}: ${title}: ${changed}`);
  }
}
process.stdout.write(JSON.stringify(found));
