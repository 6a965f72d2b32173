import { createTestTools, listTree, type TestTools } from '@karapace/core/testing';
import type { TreeNames } from '@karapace/core';

export interface BaseImage {
  readonly tools: TestTools;
  readonly lower: readonly string[];
  readonly tree: TreeNames;
}

const SCRIPT = `
mmdebstrap --quiet --mode=root --variant=required --skip=check/empty \\
  --keyring=/usr/share/keyrings/debian-archive-keyring.gpg --aptopt='APT::Sandbox::User "root"' trixie /image
rm -f /image/etc/apt/apt.conf.d/99mmdebstrap
find /image/dev -mindepth 1 -delete
[ -z "$SOURCES" ] || printf '%s' "$SOURCES" > /image/etc/apt/sources.list
`;

/**
 * The smallest Debian that has apt, from the mirrors that mmdebstrap knows.
 *
 * @param sources text of its sources.list; the default is where it came from
 */
export async function buildBaseImage(sources = ''): Promise<BaseImage> {
  const tools = await createTestTools();
  const directory = await tools.make();
  const { code, stderr } = await tools.run({
    root: { kind: 'tools' },
    command: ['sh', '-euc', SCRIPT],
    network: 'host',
    mounts: [{ source: directory, target: '/image', readOnly: false }],
    environment: { SOURCES: sources },
  });
  if (code !== 0) throw new Error(`mmdebstrap failed: ${stderr}`);
  const names = new Set((await listTree(directory, tools)).map((line) => `/${line.split(' ', 1)[0]}`));
  return { tools, lower: [directory], tree: { has: (path) => names.has(path) } };
}
