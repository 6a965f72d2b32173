import { KarapaceError } from '@karapace/core';

export interface Repository {
  /** Without a slash at the end. */
  readonly url: string;
  /** `@edge`: packages come from it only where the image's own world says so. Empty for most. */
  readonly tag: string;
}

/**
 * Reads `/etc/apk/repositories` (apk-repositories(5)), without variables and without what only the third version of apk knows.
 *
 * @throws KarapaceError `MIRROR_FAILED` for a line in another form
 */
export function parseRepositories(text: string): readonly Repository[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const { tag = '', url } =
        /^(?:(?<tag>@[A-Za-z0-9._-]+)\s+)?(?<url>https?:\/\/[^\s$]+)$/u.exec(line)?.groups ?? {};
      if (url === undefined || /\.(?:adb|tar\.gz)$/u.test(url)) throw unreadable(line);
      return { url: url.replace(/\/+$/u, ''), tag };
    });
}

function unreadable(line: string): KarapaceError {
  return new KarapaceError('MIRROR_FAILED', `The image has the repository \`${line}\`, which a lock cannot name`, {
    hint: 'Use an image whose `/etc/apk/repositories` has `http` or `https` addresses of repositories with an `APKINDEX.tar.gz`.',
  });
}
