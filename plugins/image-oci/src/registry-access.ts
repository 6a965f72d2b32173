import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

import type { HttpAnswer, HttpClient } from '@karapace/core';

import { parseChallenges } from './challenge.ts';
import { basicAuthorization } from './credentials.ts';
import { readCredentials, type Person } from './read-credentials.ts';
import type { Repository } from './registry.ts';
import { loginNeeded } from './registry-error.ts';
import { fetchToken } from './registry-token.ts';

/** How often a registry that is busy is asked again, and the longest pause that it may ask for, in seconds. */
const PATIENCE = { tries: 3, seconds: 5 };

export interface AccessSettings {
  readonly person: Person;
  readonly plainHttp: readonly string[];
}

/** Asks registries, with whatever they want to be shown first. Remembers it as long as the process lives. */
export interface RegistryAccess extends AccessSettings {
  /** @param request asks once, with these headers */
  ask<Answer extends HttpAnswer>(to: Asked, request: (headers: Headers) => Promise<Answer>): Promise<Answer>;
}

export interface Asked {
  readonly repository: Repository;
  readonly http: HttpClient;
}

type Headers = Readonly<Record<string, string>>;

export function createRegistryAccess(settings: AccessSettings): RegistryAccess {
  const known = new Map<string, Promise<Headers>>();

  /** Those who were refused with the same headers wait for the same new ones. */
  function renew(refused: Promise<Headers> | undefined, to: Asked, answer: HttpAnswer): Promise<Headers> {
    const { url } = to.repository;
    const current = known.get(url);
    if (current !== undefined && current !== refused) return current;
    const renewed = answerChallenge(answer, to, settings);
    known.set(url, renewed);
    renewed.catch(() => known.delete(url));
    return renewed;
  }

  return {
    ...settings,
    async ask(to, request) {
      const first = known.get(to.repository.url);
      const answer = await patiently(async () => request((await first) ?? {}));
      if (answer.status !== 401) return answer;
      discard(answer);
      const headers = await renew(first, to, answer);
      return patiently(async () => request(headers));
    },
  };
}

async function answerChallenge(
  { headers, url: ledFrom }: HttpAnswer,
  to: Asked,
  settings: AccessSettings,
): Promise<Headers> {
  const { repository, http } = to;
  const { host } = repository.registry;
  const challenges = parseChallenges(headers['www-authenticate'] ?? '');
  const credentials = await readCredentials(host, repository.name, settings.person);
  const challenge = challenges.find(({ scheme }) => scheme === 'bearer');
  if (challenge !== undefined) {
    const { plainHttp } = settings;
    const token = await fetchToken({ challenge, repository, credentials, http, plainHttp, ledFrom });
    return { authorization: `Bearer ${token}` };
  }
  if (challenges.some(({ scheme }) => scheme === 'basic') && credentials !== undefined) {
    return { authorization: basicAuthorization(credentials) };
  }
  throw loginNeeded(`The registry \`${host}\` wants a login before it gives \`${repository.name}\``, host);
}

async function patiently<Answer extends HttpAnswer>(request: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const answer = await request();
    const pause = Number(answer.headers['retry-after'] ?? 1);
    if (answer.status !== 429 || tries === PATIENCE.tries || !(pause <= PATIENCE.seconds)) return answer;
    discard(answer);
    await setTimeout(pause * 1000);
  }
}

/** A body that is still to come. */
function discard(answer: HttpAnswer & { readonly body?: unknown }): void {
  if (answer.body instanceof Readable) answer.body.destroy();
}
