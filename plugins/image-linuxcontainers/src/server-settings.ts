import { KarapaceError } from '@karapace/core';

export interface ServerSettings {
  readonly server: string | undefined;
  readonly keyring: string | undefined;
}

export interface Server {
  /** Without a slash at its end. */
  readonly url: string;
  readonly keyring: string;
}

/** @throws KarapaceError `CONFIG_INVALID` where there is no server to ask, or no way to trust it */
export function serverOf({ server, keyring }: ServerSettings, reference: string): Server {
  if (server === undefined || server === '' || keyring === undefined || keyring === '') throw unconfigured(reference);
  const url = URL.parse(server);
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url === null || !isHttp || url.search !== '' || url.hash !== '') throw invalid('is not an http or https URL');
  // The address goes into the lock.
  if (url.username !== '' || url.password !== '') throw invalid('holds a user name or a password');
  return { url: url.href.replace(/\/+$/u, ''), keyring };
}

function unconfigured(reference: string): KarapaceError {
  return new KarapaceError('CONFIG_INVALID', `\`${reference}\` comes from an image server, and none is configured`, {
    hint: 'Set `KARAPACE_IMAGE_SERVER` to its URL and `KARAPACE_IMAGE_KEYRING` to a file with the keys that sign its images.',
  });
}

function invalid(reason: string): KarapaceError {
  return new KarapaceError('CONFIG_INVALID', `The address of the image server ${reason}`, {
    hint: 'Set `KARAPACE_IMAGE_SERVER` to the URL of the directory that `images/` is in, without credentials.',
  });
}
