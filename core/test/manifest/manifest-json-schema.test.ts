import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect, test } from 'vitest';

import {
  manifestJsonSchema,
  manifestKeys,
  policyJsonSchema,
  policyKeys,
} from '../../src/manifest/manifest-json-schema.ts';

const SCHEMAS = path.join(import.meta.dirname, '../../schema');

test.for([
  ['karapace.schema.json', manifestJsonSchema],
  ['policy.schema.json', policyJsonSchema],
] as const)('the shipped %s is the generated one', async ([name, generate]) => {
  const shipped = path.join(SCHEMAS, name);
  const generated = `${JSON.stringify(generate(), null, 2)}\n`;
  if (process.env['UPDATE_GOLDEN'] !== undefined) await writeFile(shipped, generated);

  expect(JSON.parse(await readFile(shipped, 'utf8'))).toEqual(JSON.parse(generated));
});

test('a policy file has the keys that a manifest has for a policy', () => {
  expect(policyKeys()).toEqual(manifestKeys().filter((key) => key === 'policy' || key.startsWith('policy.')));
});

test('the schema knows every established key', () => {
  expect(manifestKeys()).toEqual([
    '$schema',
    'manifest_version',
    'base',
    'base.image',
    'system',
    'system.packages',
    'gui',
    'gui.apps',
    'hardware',
    'hardware.gpu',
    'hardware.audio',
    'mounts',
    'runtime',
    'runtime.backend',
    'runtime.network_isolation',
    'runtime.resource_limits',
    'runtime.resource_limits.cpu_shares',
    'runtime.resource_limits.memory_limit_mb',
    'runtime.resource_limits.pids_limit',
    'runtime.resource_limits.open_files_limit',
    'runtime.resource_limits.disk_limit_mb',
    'runtime.resource_limits.best_effort',
    'env',
    'files',
    'files.source',
    'files.target',
    'files.mode',
    'run',
    'run.name',
    'run.command',
    'run.network',
    'run.after',
    'policy',
    'policy.mounts',
    'policy.devices',
    'policy.network_isolation',
    'policy.variables',
    'policy.resource_limits',
    'policy.resource_limits.cpu_shares',
    'policy.resource_limits.memory_limit_mb',
    'policy.resource_limits.pids_limit',
    'policy.resource_limits.open_files_limit',
    'policy.resource_limits.disk_limit_mb',
    'plugins',
  ]);
});
