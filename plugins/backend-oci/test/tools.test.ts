import { runSample, sampleSpec } from '@karapace/core/testing';
import { expect, test } from 'vitest';

import { openBackend as openCrun } from './fixtures/open-crun.ts';
import { openBackend as openRunc } from './fixtures/open-runc.ts';

test.for([openCrun, openRunc])('tools find the programs of the host, read only, and may mount', async (open) => {
  const script =
    'cat /etc/passwd; ls -A /home /mnt /srv 2>/dev/null; touch /usr/x 2>/dev/null || echo "read only"; stat -c %a /root /var/tmp; ls -A /var/lib/dpkg; mount -t tmpfs t /tmp && echo mounts';
  const spec = sampleSpec('', 'single', { root: { kind: 'tools' }, command: ['sh', '-c', script] });
  const { code, stdout } = await runSample(await open(), spec);

  expect(stdout.split('\n').slice(3)).toEqual(['read only', '700', '1777', 'mounts', '']);
  expect(code).toBe(0);
});
