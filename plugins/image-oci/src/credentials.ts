/** Never printed, never in a lock; sent to the registry that they are of, and to whom it names as the giver of its tokens. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** The part of `auth.json` and of Docker's `config.json` that is used. */
export interface AuthFile {
  readonly auths?: Readonly<Record<string, { readonly auth?: string | undefined }>> | undefined;
}

/**
 * Finds who logs in to a repository. The longest key wins, as containers-auth.json(5) says: `host/a/b`, `host/a`, `host`; then keys that
 * are addresses, as Docker writes some.
 */
export function findCredentials({ auths = {} }: AuthFile, host: string, repository: string): Credentials | undefined {
  const parts = [host, ...repository.split('/')];
  const keys = parts.map((_, index) => parts.slice(0, parts.length - index).join('/'));
  const exact = keys.find((key) => Object.hasOwn(auths, key));
  const key = exact ?? Object.keys(auths).find((address) => hostOf(address) === host);
  return key === undefined ? undefined : decode(auths[key]?.auth ?? '');
}

/** `https://host/v1/` */
function hostOf(address: string): string | undefined {
  return /^https?:\/\/([^/]+)(?:\/v[12])?\/?$/u.exec(address)?.[1];
}

/** `user:password` in base64. */
function decode(auth: string): Credentials | undefined {
  const text = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/u, '');
  const end = text.indexOf(':');
  return end < 1 ? undefined : { user: text.slice(0, end), password: text.slice(end + 1) };
}

/** The value of `Authorization`. */
export function basicAuthorization({ user, password }: Credentials): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}
