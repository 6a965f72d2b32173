import type { Readable } from 'node:stream';

import type { Dispatcher } from 'undici';

import type { HttpAnswer } from '../contracts/http.ts';
import { ANYWHERE, narrowReach } from './address-scope.ts';
import type { Connections } from './connections.ts';
import { FinalError } from './download-error.ts';

const MAX_REDIRECTS = 5;
const REDIRECTS = [301, 302, 303, 307, 308];
/** Of whoever made the request, and for its origin alone. */
const SECRETS = ['authorization', 'cookie', 'proxy-authorization'];

export interface RequestOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly connections: Connections;
  /** The address whose answer named this one. */
  readonly ledFrom?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Asks for an address, and for those that redirects lead to.
 *
 * @throws whatever went wrong, without the address
 */
export async function requestUrl(
  address: string,
  { headers, connections, ledFrom, signal }: RequestOptions,
): Promise<HttpAnswer & { readonly body: Readable }> {
  const { request } = await import('undici');
  let url = httpUrl(address);
  let sent = withLowerCaseNames(headers);
  let reach = ledFrom === undefined ? ANYWHERE : narrowReach(ANYWHERE, connections.scopesOf(httpUrl(ledFrom).hostname));
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const answer = await request(url, {
      dispatcher: await connections.to(url.hostname, reach),
      signal,
      // What is downloaded is compressed already, or small; an encoded body would not have the pinned bytes, and could be a bomb.
      headers: { ...sent, 'accept-encoding': 'identity', 'user-agent': 'karapace' },
    });
    const { statusCode: status, body } = answer;
    if (!REDIRECTS.includes(status)) return { status, headers: joined(answer.headers), body, url: url.href };
    // Nobody waits for it: it could come without end, a byte now and then.
    void body.dump().catch(() => undefined);
    const target = redirectTarget(url, answer.headers['location']);
    if (target.origin !== url.origin) sent = withoutSecrets(sent);
    reach = narrowReach(reach, connections.scopesOf(url.hostname));
    url = target;
  }
  throw new FinalError(`more than ${MAX_REDIRECTS} redirects`);
}

function httpUrl(address: string): URL {
  const url = URL.parse(address);
  if (url === null || !isHttp(url)) throw new FinalError('it is not an http or https address');
  return url;
}

function isHttp({ protocol }: URL): boolean {
  return protocol === 'http:' || protocol === 'https:';
}

function redirectTarget(from: URL, location: string | string[] | undefined): URL {
  const target = typeof location === 'string' ? URL.parse(location, from.href) : null;
  if (target === null) throw new FinalError('a redirect without a target');
  const isDowngrade = from.protocol === 'https:' && target.protocol === 'http:';
  if (isDowngrade || !isHttp(target)) throw new FinalError(`a redirect to \`${target.protocol}\` is refused`);
  return target;
}

function withLowerCaseNames(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function withoutSecrets(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRETS.includes(name)));
}

function joined(headers: Dispatcher.ResponseData['headers']): Readonly<Record<string, string>> {
  const pairs = Object.entries(headers).flatMap(([name, value]): readonly (readonly [string, string])[] =>
    value === undefined ? [] : [[name.toLowerCase(), Array.isArray(value) ? value.join(', ') : value]],
  );
  return Object.fromEntries(pairs);
}
