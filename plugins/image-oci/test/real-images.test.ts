import type { ImagePin } from '@karapace/core';
import { createTestTools, type TestTools } from '@karapace/core/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Descriptor } from '../src/descriptor.ts';
import { createOciSource } from '../src/oci-source.ts';
import { machineOf } from '../src/platform.ts';
import { createRegistryAccess } from '../src/registry-access.ts';
import { startDockerRegistry, type DockerRegistry } from './support/docker-registry.ts';
import { HTPASSWD, LOGIN } from './support/login.ts';
import { TYPES } from './support/memory-origin.ts';
import { listAll, makeSampleLayout, type SampleLayout } from './support/sample-layout.ts';
import { skopeoCopy, skopeoDigest } from './support/skopeo.ts';

let [registry, guarded]: DockerRegistry[] = [];
let tools: TestTools;
let sample: SampleLayout;
let warnings: string[] = [];

beforeAll(async () => {
  tools = await createTestTools();
  [registry, guarded] = await Promise.all([startDockerRegistry(), startDockerRegistry({ htpasswd: HTPASSWD })]);
  sample = await makeSampleLayout(tools);
});
afterAll(async () => {
  await Promise.all([registry?.stop(), guarded?.stop(), tools[Symbol.asyncDispose]()]);
});

function host(of: DockerRegistry | undefined = registry): string {
  if (of === undefined) throw new Error('The registry does not run');
  return of.host;
}

function source(environment: Readonly<Record<string, string>> = {}) {
  warnings = [];
  const access = createRegistryAccess({ plainHttp: [], person: { environment, home: '/nonexistent' } });
  return createOciSource({ directory: sample.directory, access, warn: (message) => void warnings.push(message) });
}

async function build(pin: ImagePin): Promise<readonly string[]> {
  const directory = await tools.make();
  await source().build(pin, directory, tools);
  return listAll(directory, tools);
}

test('an image that skopeo pushed is the tree that umoci shows, whiteouts, links and attributes', async () => {
  await skopeoCopy(`oci:${sample.directory}/layout:1`, `docker://${host()}/tools/sample:1`);

  const pin = await source().resolve(`docker://${host()}/tools/sample:1`, tools);

  expect(pin.parameters['digest']).toBe(await skopeoDigest(`docker://${host()}/tools/sample:1`));
  expect(pin.archives.map(({ version }) => version)).toEqual(['001', '002', '003', '004', '005']);
  expect(await build(pin)).toEqual(await listAll(sample.expected, tools));
});

test.each([
  ['docker', ['--format', 'v2s2']],
  ['zstd', ['--dest-compress', '--dest-compress-format', 'zstd']],
])('the same image in the form %s is the same tree', async (name, options) => {
  await skopeoCopy(`oci:${sample.directory}/layout:1`, `docker://${host()}/sample:${name}`, ...options);

  const pin = await source().resolve(`docker://${host()}/sample:${name}`, tools);

  expect(await build(pin)).toEqual(await listAll(sample.expected, tools));
});

test('a layout is the same tree, and its layers are those of the registry', async () => {
  await skopeoCopy(`oci:${sample.directory}/layout:1`, `docker://${host()}/again:1`);

  const [inLayout, inRegistry] = [
    await source().resolve('oci:./layout:1', tools),
    await source().resolve(`docker://${host()}/again:1`, tools),
  ];

  expect(inLayout.parameters).toEqual(inRegistry.parameters);
  expect(inLayout.archives.map(({ sha256, size }) => [sha256, size])).toEqual(
    inRegistry.archives.map(({ sha256, size }) => [sha256, size]),
  );
});

test('of an index in a registry the image for this machine is taken', async () => {
  await skopeoCopy(`oci:${sample.directory}/layout:1`, `docker://${host()}/many:one`);
  const one = await getManifest('many', 'one');
  const platform = { os: 'linux', architecture: machineOf(process.arch).architecture };
  const other = { ...one, platform: { os: 'linux', architecture: 's390x' } };
  await putIndex('many', 'all', [other, { ...one, platform }]);

  const pin = await source().resolve(`docker://${host()}/many:all`, tools);
  const digest = await skopeoDigest(`docker://${host()}/many:one`);

  expect(pin.parameters['digest']).toBe(digest);
  expect((await source().resolve(`docker://${host()}/many@${digest}`, tools)).archives).toEqual(pin.archives);
});

test('variables of an image are named and left out', async () => {
  const { parameters } = await source().resolve('oci:layout:1', tools);

  expect(warnings).toEqual([expect.stringContaining('`oci:layout:1` sets COLOUR for its programs')]);
  expect(JSON.stringify(parameters)).not.toContain('COLOUR');
});

test('a registry that wants a login gets that of the person, and no pin has it', async () => {
  const reference = `docker://${host(guarded)}/sample:1`;
  await skopeoCopy(`oci:${sample.directory}/layout:1`, reference, '--dest-creds', 'user:secret-password');

  await expect(source().resolve(reference, tools)).rejects.toMatchObject({
    code: 'MIRROR_FAILED',
    hint: expect.stringContaining('skopeo login'),
  });
  const pin = await source({ DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [host(guarded)]: LOGIN } }) }).resolve(
    reference,
    tools,
  );

  expect(pin.archives).toHaveLength(5);
  expect(JSON.stringify(pin)).not.toMatch(/secret|dXNlcjpz/u);
});

async function getManifest(name: string, tag: string): Promise<Descriptor> {
  const response = await fetch(`http://${host()}/v2/${name}/manifests/${tag}`, { headers: { accept: TYPES.manifest } });
  const digest = response.headers.get('docker-content-digest') ?? '';
  return { mediaType: TYPES.manifest, digest, size: (await response.arrayBuffer()).byteLength };
}

async function putIndex(name: string, tag: string, manifests: readonly Descriptor[]): Promise<void> {
  const response = await fetch(`http://${host()}/v2/${name}/manifests/${tag}`, {
    method: 'PUT',
    headers: { 'content-type': TYPES.index },
    body: JSON.stringify({ schemaVersion: 2, mediaType: TYPES.index, manifests }),
  });
  if (!response.ok) throw new Error(`The registry does not take the index: ${await response.text()}`);
}
