import { KarapaceError, type HttpClient } from '@karapace/core';
import { z } from 'zod';

import type { Challenge } from './challenge.ts';
import { basicAuthorization, type Credentials } from './credentials.ts';
import { parseJson } from './parse-json.ts';
import { isLoopback, type Repository } from './registry.ts';
import { loginNeeded } from './registry-error.ts';

const LARGEST_ANSWER = 2 ** 16;

// Visible characters alone: it goes into a header.
const token = z.string().regex(/^[\u0021-\u007E]+$/u);
const tokenAnswer = z.union([
  z.object({ token }).transform((answer) => answer.token),
  z.object({ access_token: token }).transform((answer) => answer.access_token),
]);

export interface TokenRequest {
  readonly challenge: Challenge;
  readonly repository: Repository;
  readonly credentials: Credentials | undefined;
  readonly plainHttp: readonly string[];
  readonly http: HttpClient;
  /** Where the challenge came from. */
  readonly ledFrom: string;
}

/**
 * Gets a token that allows to pull from this repository, and asks for nothing more whatever the registry demands.
 * The protocol is Docker's token authentication specification.
 *
 * @throws KarapaceError `MIRROR_FAILED`
 */
export async function fetchToken(request: TokenRequest): Promise<string> {
  const { challenge, repository, credentials, http, ledFrom } = request;
  const url = realmOf(request);
  const service = challenge.parameters.get('service');
  if (service !== undefined) url.searchParams.set('service', service);
  url.searchParams.set('scope', `repository:${repository.name}:pull`);
  const headers = credentials === undefined ? {} : { authorization: basicAuthorization(credentials) };
  const { status, body } = await http.get(url.href, { headers, ledFrom, maxBytes: LARGEST_ANSWER });
  const answer = status === 200 ? parseJson(tokenAnswer, body) : { problem: `it answers ${status}` };
  if ('data' in answer) return answer.data;
  throw loginNeeded(
    `\`${url.origin}${url.pathname}\` gives no token for \`${repository.name}\`: ${answer.problem}`,
    repository.registry.host,
  );
}

/**
 * Who gives tokens is the registry's to say, and is told the login. It must be as trustworthy as the registry itself, and a registry
 * elsewhere must not send us to a service of this machine.
 */
function realmOf({ challenge, repository, plainHttp }: TokenRequest): URL {
  const url = URL.parse(challenge.parameters.get('realm') ?? '');
  if (url !== null && url.username === '' && isTrusted(url, repository, plainHttp)) return url;
  throw new KarapaceError(
    'MIRROR_FAILED',
    `The registry \`${repository.registry.host}\` sends to \`${url?.origin ?? 'nowhere'}\` for a token, which is refused`,
    {
      hint: 'It has to be an https address, and of this machine only where the registry is. Ask whoever runs the registry.',
    },
  );
}

function isTrusted({ protocol, host, hostname }: URL, { registry }: Repository, plainHttp: readonly string[]): boolean {
  if (isLoopback(hostname) && !registry.isLoopback) return false;
  return protocol === 'https:' || (protocol === 'http:' && (isLoopback(hostname) || plainHttp.includes(host)));
}
