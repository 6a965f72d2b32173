import { KarapaceError, type Fix } from '@karapace/core';

import { readText } from './read-text.ts';
import type { IdMap } from './sandbox-plan.ts';

export interface Denial {
  readonly reason: string;
  readonly fix: Fix | null;
}

interface Switch {
  readonly name: string;
  readonly denies: (value: number) => boolean;
  readonly allow: number;
}

/** Kernel settings that keep people from making user namespaces. */
const SWITCHES: readonly Switch[] = [
  { name: 'user.max_user_namespaces', denies: (value) => value === 0, allow: 15_000 },
  { name: 'kernel.unprivileged_userns_clone', denies: (value) => value === 0, allow: 1 },
  { name: 'kernel.apparmor_restrict_unprivileged_userns', denies: (value) => value === 1, allow: 0 },
];

/** Names the setting that denies user namespaces, or `undefined` where none is known to. */
export function findDenial(read: (name: string) => number | undefined = readSetting): Denial | undefined {
  const found = SWITCHES.find(({ name, denies }) => {
    const value = read(name);
    return value !== undefined && denies(value);
  });
  if (found === undefined) return undefined;
  const setting = `${found.name}=${found.allow}`;
  return {
    reason: `\`${found.name}\` is ${read(found.name)}`,
    fix: {
      description: `Set \`${setting}\`, now and at every boot`,
      commands: [
        ['sysctl', '-w', setting],
        ['sh', '-c', `echo '${setting}' > /etc/sysctl.d/60-karapace.conf`],
      ],
    },
  };
}

function readSetting(name: string): number | undefined {
  const text = readText(`/proc/sys/${name.replaceAll('.', '/')}`);
  return text === undefined ? undefined : Number(text);
}

/** The error for namespaces that could not be made. */
export function explainDenial(idMap: IdMap, messages: readonly string[]): KarapaceError {
  const said = messages.map((message) => message.trim()).join('; ');
  if (said.includes('mount /proc failed')) return coveredProc(said);
  const denial = findDenial();
  const reason = denial?.reason ?? (said || 'the kernel does not say why');
  const hint = denial?.fix?.commands?.[0]?.join(' ');
  const what =
    idMap === 'range' && /newuidmap|newgidmap/u.test(said) ? 'map its subordinate ids' : 'create user namespaces';
  return new KarapaceError('NAMESPACE_DENIED', `This user may not ${what}: ${reason}`, {
    hint: hint === undefined ? 'Run `karapace doctor`.' : `Run \`${hint}\` as root.`,
    cause: said,
  });
}

/** The kernel gives nobody a new one who does not see all of the one that he has. */
function coveredProc(said: string): KarapaceError {
  return new KarapaceError(
    'NAMESPACE_DENIED',
    'No new `/proc` can be mounted: parts of the one here are covered, as in a container',
    {
      hint: 'Run Karapace outside of the container, or start that with `--security-opt unmask=ALL` (podman) or `--security-opt systempaths=unconfined` (docker).',
      cause: said,
    },
  );
}
