import { KarapaceError } from '@karapace/core';

import type { ImageReference } from './image-reference.ts';

export interface Mirror {
  readonly main: string;
  /** `undefined`: neither the updates nor the security suite is used. */
  readonly security: string | undefined;
}

const URL_FORM = /^(?:https?|file):\/\/[^\s"'[\]]+$/u;

/**
 * Reads `<main URL> [<security URL>]`.
 *
 * @throws KarapaceError `CONFIG_INVALID`
 */
export function parseMirror(text: string): Mirror {
  const urls = text.trim().split(/\s+/u);
  const [main = '', security] = urls.map((url) => url.replace(/\/+$/u, ''));
  if (urls.length > 2 || !urls.every((url) => URL_FORM.test(url) && URL.canParse(url)))
    throw invalidMirror('is not one URL, or two with a space between');
  // The address goes into the lock and into the image.
  if (urls.map((url) => new URL(url)).some(({ username, password }) => username + password !== ''))
    throw invalidMirror('holds a user name or a password');
  return { main, security };
}

function invalidMirror(reason: string): KarapaceError {
  return new KarapaceError('CONFIG_INVALID', `The mirror of an image ${reason}`, {
    hint: "Give the URL that the directory `dists` is in, without credentials, and if wanted a space and the security mirror's.",
  });
}

/** Finds the mirrors in a sources.list that mmdebstrap has made. */
export function parseDefaultMirror(sources: string): Mirror {
  const lines = Array.from(sources.matchAll(/^deb (?:\[[^\]]*\] )?(\S+) (\S+) /gmu));
  const main = lines.find(([, , suite = '']) => !suite.includes('-'))?.[1];
  const security = lines.find(([, , suite = '']) => suite.endsWith('-security'))?.[1];
  if (main === undefined) {
    throw new KarapaceError('TOOL_FAILED', 'mmdebstrap does not tell which mirror it uses', {
      hint: 'Set `KARAPACE_MIRROR_DEBIAN` or `KARAPACE_MIRROR_UBUNTU` to the URL of a mirror.',
    });
  }
  return { main, security };
}

/** The sources.list of an image, signed by the keys in the file named. */
export function printSources({ distribution, suite }: ImageReference, mirror: Mirror, keyring: string): string {
  const line = (url: string, name: string) => `deb [signed-by=${keyring}] ${url} ${name} ${distribution.components}\n`;
  const { main, security } = mirror;
  if (security === undefined || distribution.rolling.includes(suite)) return line(main, suite);
  return line(main, suite) + line(main, `${suite}-updates`) + line(security, `${suite}-security`);
}
