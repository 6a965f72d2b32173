import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { APPARMOR_PROFILE, apparmorFix } from '../src/apparmor-profile.ts';
import { findDenial } from '../src/namespace-denial.ts';

const run = promisify(execFile);
const RESTRICTION = 'kernel.apparmor_restrict_unprivileged_userns';
const UBUNTUS = ['/etc/apparmor.d/unshare-userns-restrict', '/etc/apparmor.d/bwrap-userns-restrict'];

/** Runs the commands where `/etc` is another, with a parser that only says how it was called; then shows what they made. */
async function runFix({ commands = [] }: ReturnType<typeof apparmorFix>, files: readonly string[]) {
  const words = commands.map((command) =>
    command.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' '),
  );
  const script = [
    'set -eu',
    'mount -t tmpfs etc /etc',
    'mkdir -p /etc/apparmor.d /etc/bin',
    String.raw`printf '#!/bin/sh\necho "$@"\n' >/etc/bin/apparmor_parser`,
    'chmod +x /etc/bin/apparmor_parser',
    'PATH=/etc/bin:$PATH',
    ...files.map((file) => `echo stock >${file}`),
    ...words,
    'echo ---; cat /etc/apparmor.d/karapace; ls /etc/apparmor.d/disable 2>/dev/null || true',
  ].join('\n');
  const { stdout } = await run('unshare', ['--user', '--map-root-user', '--mount', 'sh', '-c', script]);
  return stdout.trimEnd().split('\n');
}

test("AppArmor's restriction is named, and the way out is a profile, not the end of the restriction", () => {
  const denial = findDenial((asked) => (asked === RESTRICTION ? 1 : undefined));

  expect(denial?.reason).toBe(`\`${RESTRICTION}\` is 1`);
  expect(denial?.hint).toContain('karapace doctor --fix');
  expect(denial?.fix.commands?.flat()).toContain('apparmor_parser');
  expect(JSON.stringify(denial?.fix)).not.toContain('sysctl');
  expect(findDenial((asked) => (asked === RESTRICTION ? 0 : undefined))).toBeUndefined();
});

test('the fix writes the profile and loads it', async () => {
  expect(
    await runFix(
      apparmorFix(() => false),
      [],
    ),
  ).toEqual(['--replace /etc/apparmor.d/karapace', '---', ...APPARMOR_PROFILE]);
});

test("the fix takes Ubuntu's own profiles for these programs out of the way, now and at every boot", async () => {
  const fix = apparmorFix((file) => UBUNTUS.includes(file));

  expect(await runFix(fix, UBUNTUS)).toEqual([
    ...UBUNTUS.map((file) => `--remove ${file}`),
    '--replace /etc/apparmor.d/karapace',
    '---',
    ...APPARMOR_PROFILE,
    'bwrap-userns-restrict',
    'unshare-userns-restrict',
  ]);
  expect(fix.description).toContain('in the place of `unshare-userns-restrict`');
});

test('profiles that are disabled already stay so', async () => {
  expect(apparmorFix(() => true)).toEqual(apparmorFix(() => false));
});
