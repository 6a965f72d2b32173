import { access } from 'node:fs/promises';

import type { Check } from '@karapace/core';

import type { ServerSettings } from './server-settings.ts';

const GPGV = '/usr/bin/gpgv';

/** Looks for the program that checks signatures, and for a server and its keys. */
export async function checkMachine({ server, keyring }: ServerSettings): Promise<readonly Check[]> {
  const gpgv = { id: 'image-linuxcontainers-gpgv', title: '`gpgv` checks signatures of images' };
  const fix = { description: 'Install the Debian package `gpgv`', debianPackages: ['gpgv'] };
  const hasGpgv = await isReadable(GPGV);
  return [
    hasGpgv
      ? { ...gpgv, state: 'ok', detail: GPGV, fix: null }
      : { ...gpgv, state: 'failed', detail: `${GPGV} is missing`, fix },
    checkServer(server),
    await checkKeyring(keyring),
  ];
}

function checkServer(server: string | undefined): Check {
  const about = { id: 'image-linuxcontainers-server', title: 'Server that images come from' };
  if (server !== undefined && server !== '') return { ...about, state: 'ok', detail: server, fix: null };
  const description = 'Set `KARAPACE_IMAGE_SERVER` to the URL of the directory that `images/` is in';
  return { ...about, state: 'failed', detail: 'none is configured', fix: { description } };
}

async function checkKeyring(keyring: string | undefined): Promise<Check> {
  const about = { id: 'image-linuxcontainers-keyring', title: 'Keys that sign images of the server' };
  const isThere = keyring !== undefined && (await isReadable(keyring));
  if (isThere) return { ...about, state: 'ok', detail: keyring, fix: null };
  const description = 'Put the keys into a file, and its name into `KARAPACE_IMAGE_KEYRING`';
  const detail = keyring === undefined ? 'none is configured' : `${keyring} cannot be read`;
  return { ...about, state: 'failed', detail, fix: { description } };
}

function isReadable(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
