import { existsSync } from 'node:fs';

import type { Fix } from '@karapace/core';

const DIRECTORY = '/etc/apparmor.d';
const FILE = `${DIRECTORY}/karapace`;

/** As apparmor.d(5) has it, from AppArmor 4.0 on: what these programs start keeps the label, and may do what it could without. */
export const APPARMOR_PROFILE: readonly string[] = [
  'abi <abi/4.0>,',
  'profile karapace-unshare /usr/bin/unshare flags=(unconfined) { userns, }',
  'profile karapace-bwrap /usr/bin/bwrap flags=(unconfined) { userns, }',
];

/** Profiles of Ubuntu's that take the rights in the namespace away again. Of two for one program, neither would count. */
const IN_THE_WAY = ['unshare-userns-restrict', 'bwrap-userns-restrict'];

/** Lets the programs that Karapace starts make user namespaces; the restriction stays for all others. */
export function apparmorFix(exists: (file: string) => boolean = existsSync): Fix {
  const loaded = IN_THE_WAY.filter((name) => exists(`${DIRECTORY}/${name}`) && !exists(`${DIRECTORY}/disable/${name}`));
  const lines = APPARMOR_PROFILE.map((line) => `'${line}'`).join(' ');
  const instead = loaded.length === 0 ? '' : `, in the place of ${loaded.map((name) => `\`${name}\``).join(' and ')}`;
  return {
    description: `Install a profile for AppArmor that lets \`unshare\` and \`bwrap\` make user namespaces${instead}.`,
    commands: [
      ...loaded.flatMap((name) => [
        ['apparmor_parser', '--remove', `${DIRECTORY}/${name}`],
        ['mkdir', '-p', `${DIRECTORY}/disable`],
        ['ln', '-s', `${DIRECTORY}/${name}`, `${DIRECTORY}/disable/${name}`],
      ]),
      ['sh', '-c', `printf '%s\\n' ${lines} >${FILE}`],
      ['apparmor_parser', '--replace', FILE],
    ],
  };
}
