import { KarapaceError, type Fix } from '@karapace/core';

import { apparmorFix } from './apparmor-profile.ts';
import { readText } from './read-text.ts';
import type { IdMap } from './sandbox-plan.ts';

export interface Denial {
  readonly reason: string;
  readonly fix: Fix;
  /** What to do, in a sentence. */
  readonly hint: string;
}

interface Switch {
  readonly name: string;
  readonly denies: (value: number) => boolean;
  /** What it would have to be. */
  readonly allow: number;
}

/** Kernel settings that keep people from making user namespaces. */
const SWITCHES: readonly Switch[] = [
  { name: 'user.max_user_namespaces', denies: (value) => value === 0, allow: 15_000 },
  { name: 'kernel.unprivileged_userns_clone', denies: (value) => value === 0, allow: 1 },
];

const APPARMOR = 'kernel.apparmor_restrict_unprivileged_userns';

type ReadSetting = (name: string) => number | undefined;

/** Names the setting that denies user namespaces, or `undefined` where none is known to. */
export function findDenial(read: ReadSetting = readSetting): Denial | undefined {
  const found = SWITCHES.find(({ name, denies }) => {
    const value = read(name);
    return value !== undefined && denies(value);
  });
  if (found !== undefined) return describeSwitch(found, read(found.name));
  if (read(APPARMOR) !== 1) return undefined;
  const hint = 'Run `karapace doctor --fix`, which installs a profile for AppArmor.';
  return { reason: `\`${APPARMOR}\` is 1`, fix: apparmorFix(), hint };
}

function describeSwitch({ name, allow }: Switch, value: number | undefined): Denial {
  const setting = `${name}=${allow}`;
  return {
    reason: `\`${name}\` is ${value}`,
    hint: `Run \`sysctl -w ${setting}\` as root.`,
    fix: {
      description: `Set \`${setting}\`, now and at every boot.`,
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
  const what =
    idMap === 'range' && /newuidmap|newgidmap/u.test(said) ? 'map its subordinate ids' : 'create user namespaces';
  return new KarapaceError('NAMESPACE_DENIED', `This user may not ${what}: ${reason}`, {
    hint: denial?.hint ?? 'Run `karapace doctor`.',
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
