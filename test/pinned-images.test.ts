import { execFileSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { openImageServer, type ImageServer } from '../plugins/image-linuxcontainers/test/image-server.ts';
import { startDockerRegistry, type DockerRegistry } from '../plugins/image-oci/test/support/docker-registry.ts';
import { skopeoCopy } from '../plugins/image-oci/test/support/skopeo.ts';
import { serveDirectory, type DirectoryServer } from '@karapace/core/testing';
import { runAsRoot } from './support/debian.ts';
import { karapace, karapaceJson, openWorkplace, type Workplace } from './support/karapace.ts';

/** Each kind of image source, where it has its images from, with one image; another one comes in its place by the same name. */
const MAKE = `
content=$1
rm -rf root bundle layout
mkdir -p root/etc
echo "$content" > root/etc/content
tar --sort=name --mtime=@0 --owner=7 --group=42 -C root -czf rootfs.tar.gz .
umoci init --layout layout
umoci new --image layout:1
umoci unpack --rootless --image layout:1 bundle
cp -r root/etc bundle/rootfs/
umoci repack --image layout:1 bundle
rm -r bundle
`;

let place: Workplace;
let server: DirectoryServer;
let registry: DockerRegistry;
let images: ImageServer;

async function publish(content: string, build: string): Promise<void> {
  execFileSync('sh', ['-euc', MAKE, 'sh', content], { cwd: place.directory, stdio: 'pipe' });
  await skopeoCopy(`oci:${place.directory}/layout:1`, `docker://${registry.host}/x/y:1`);
  images.publish('opensuse/tumbleweed', build, { content });
}

beforeAll(async () => {
  place = await openWorkplace();
  [server, registry, images] = await Promise.all([
    serveDirectory(place.directory),
    startDockerRegistry(),
    openImageServer(),
  ]);
  await publish('first', '20250101_07:42');
});
afterAll(async () => {
  await Promise.all([server[Symbol.asyncDispose](), registry.stop(), images[Symbol.asyncDispose]()]);
  runAsRoot('rm', '-rf', place.directory);
});

const KINDS: readonly { readonly kind: string; readonly reference: () => string }[] = [
  { kind: 'an archive of the project', reference: () => '../rootfs.tar.gz' },
  { kind: 'an archive of a server', reference: () => `${server.url}/rootfs.tar.gz?from=here` },
  { kind: 'a layout', reference: () => 'oci:../layout' },
  { kind: 'a tag of a layout', reference: () => 'oci:../layout:1' },
  { kind: 'a tag of a registry', reference: () => `docker://${registry.host}/x/y:1` },
  { kind: 'an image server', reference: () => 'rolling' },
];

test('an image of each kind is pinned in the manifest, built so, and never taken for another one', async () => {
  const env = { KARAPACE_IMAGE_SERVER: images.url, KARAPACE_IMAGE_KEYRING: images.keyring };
  const options = { ...place, env };
  const pinned = new Map<string, string>();
  for (const [index, { kind, reference }] of KINDS.entries()) {
    const text = `# ours\nmanifest_version = 1\n[base]\nimage = "${reference()}" # the image\n`;
    const file = await place.manifest(text, `kind-${index}`);
    await karapaceJson(['pin', file], options);
    const after = await readFile(file, 'utf8');
    const [, tree = ''] = /@([0-9a-f]{64})" # the image\n$/u.exec(after) ?? [];
    expect([kind, after]).toEqual([kind, text.replace(reference(), `${reference()}@${tree}`)]);
    await karapaceJson(['pin', '--check', file], options);
    const { layers } = await karapaceJson(['build', file, '--require-pinned-image'], options);
    expect([kind, layers.map((layer) => layer.tree)]).toEqual([kind, [tree]]);
    pinned.set(file, tree);
  }

  await publish('second', '20250102_07:42');
  for (const [file, tree] of pinned) {
    // The lock has what was pinned; without it the image is asked for again.
    const { layers } = await karapaceJson(['build', file], options);
    expect(layers.map((layer) => layer.tree)).toEqual([tree]);
    await rm(path.join(path.dirname(file), 'karapace.lock'));
    const { code, stderr } = await karapace(['build', file], options);
    expect([file, code, stderr]).toEqual([file, 2, expect.stringContaining('error[LOCK_BASE_CHANGED]')]);
  }
}, 300_000);
