import { describe, expect, test } from 'vitest';

import { normalizeManifest } from '../../src/manifest/normalize-manifest.ts';
import { parseManifestToml } from '../../src/manifest/parse-manifest.ts';

/** Manifests as people have written them for the tool of the same name, key for key. */
const MANIFESTS: Readonly<Record<string, string>> = {
  minimal: `manifest_version = 1

[base]
image = "rolling"
`,
  'a shell with packages': `manifest_version = 1

[base]
image = "ubuntu/24.04"

[system]
packages = ["git", "curl", "build-essential", "clang"]

[runtime]
backend = "namespace"
network_isolation = false
`,
  'a desktop with programs and devices': `manifest_version = 1

[base]
image = "rolling"

[system]
packages = ["mesa-utils"]

[gui]
apps = ["firefox", "gimp"]

[hardware]
gpu = true
audio = true

[mounts]
workspace = "./:/workspace"
downloads = "~/Downloads:/downloads"

[runtime]
backend = "oci"
network_isolation = true

[runtime.resource_limits]
cpu_shares = 512
memory_limit_mb = 4096
`,
  'empty tables': `manifest_version = 1

[base]
image = "arch"

[system]
packages = []

[gui]
apps = []

[hardware]

[mounts]

[runtime]
`,
};

describe('an established manifest', () => {
  test.each(Object.entries(MANIFESTS))('%s loads unchanged', async (_, text) => {
    const manifest = await parseManifestToml(text, 'karapace.toml');
    const { base, system, gui, hardware, mounts, runtime } = normalizeManifest(manifest);

    expect({ base, system, gui, hardware, mounts, runtime }).toMatchSnapshot();
  });
});
