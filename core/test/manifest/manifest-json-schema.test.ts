import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { expect, test } from 'vitest';

import { manifestJsonSchema, manifestKeys } from '../../src/manifest/manifest-json-schema.ts';

const SHIPPED = path.join(import.meta.dirname, '../../schema/karapace.schema.json');

test('the shipped schema is the generated one', async () => {
  const generated = `${JSON.stringify(manifestJsonSchema(), null, 2)}\n`;
  if (process.env['UPDATE_GOLDEN'] !== undefined) await writeFile(SHIPPED, generated);

  expect(JSON.parse(await readFile(SHIPPED, 'utf8'))).toEqual(JSON.parse(generated));
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
    'plugins',
  ]);
});
