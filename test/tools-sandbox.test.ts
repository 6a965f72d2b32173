import { sampleSpec, runSample } from '@karapace/core/testing';
import { expect, test } from 'vitest';

import { openNamespaceBackend } from '../plugins/backend-namespace/src/open-namespace-backend.ts';
import { openOciBackend } from '../plugins/backend-oci/src/open-oci-backend.ts';

const BACKENDS = {
  namespace: () => openNamespaceBackend({}),
  crun: () => openOciBackend({ name: 'oci-crun', runtime: 'crun' }),
  runc: () => openOciBackend({ name: 'oci-runc', runtime: 'runc' }),
};

/** Every way to the settings of the kernel, and to its control groups, that somebody has who may mount. What is written is what is there. */
const SCRIPT = `
cat
mkdir /tmp/a /tmp/b && mount -t tmpfs memory /tmp/a && echo 'may mount'
writes() { cat "$1/sys/kernel/panic" >/tmp/value && cat /tmp/value >"$1/sys/kernel/panic" && echo "wrote by $2"; }
writes /proc nothing
mount -o remount,bind,rw /proc/sys; writes /proc 'another option'
umount /proc/sys; umount /proc/sys; writes /proc 'taking away what covers it'
mount -t proc proc /tmp/b; writes /tmp/b 'mounting it once more'
mount -o rbind /proc /tmp/b; mount -o remount,bind,rw /tmp/b/sys; writes /tmp/b 'mounting it elsewhere'
unshare --pid --fork --mount-proc sh -c 'cat /proc/sys/kernel/panic >/proc/sys/kernel/panic' && echo 'wrote in another namespace'
for in in '' 'unshare --cgroup' 'unshare --net'; do
  $in sh -c '{ mount -t sysfs sysfs /tmp/b || mount -t cgroup -o freezer groups /tmp/b; } && ls /tmp/b' && echo "mounted by $in"
done
exit 3
`;

test.for(Object.keys(BACKENDS) as (keyof typeof BACKENDS)[])(
  'who may mount, to make an image, comes to no setting of the machine by that: %s',
  async (name) => {
    const root = { kind: 'tools' } as const;
    const spec = sampleSpec('', 'full', { root, command: ['sh', '-c', SCRIPT] });
    const { code, stdout } = await runSample(BACKENDS[name](), spec, { text: 'input\n' });

    expect(stdout).toBe('input\nmay mount\n');
    expect(code).toBe(3);
  },
);
