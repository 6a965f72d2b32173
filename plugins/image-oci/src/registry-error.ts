import { KarapaceError } from '@karapace/core';

import type { Repository } from './registry.ts';

/**
 * What a registry's answer means that is not what was asked for.
 *
 * @param wanted `:1.2`, `@sha256:…`
 */
export function registryError(status: number, { registry, name }: Repository, wanted: string): KarapaceError {
  const { host } = registry;
  const image = `\`${host}/${name}${wanted}\``;
  if (status === 404) {
    return new KarapaceError('IMAGE_UNKNOWN', `The registry has no image ${image}`, {
      hint: `Check the name and the tag; \`skopeo list-tags docker://${host}/${name}\` shows those that are there.`,
    });
  }
  if (status === 401 || status === 403)
    return loginNeeded(`The registry does not give ${image} to you (${status})`, host);
  if (status === 429) {
    return new KarapaceError('MIRROR_FAILED', `The registry takes no more requests for ${image} for now (429)`, {
      hint: 'Wait, or log in: registries answer more requests of those whom they know.',
    });
  }
  return new KarapaceError('MIRROR_FAILED', `The registry answered ${status} for ${image}`, {
    hint: 'Run the same command again later, or ask whoever runs the registry.',
  });
}

export function loginNeeded(message: string, host: string): KarapaceError {
  return new KarapaceError('MIRROR_FAILED', message, {
    hint: `Check the name, and log in: \`skopeo login ${host}\`. A login that a credential helper keeps is not found; \`DOCKER_AUTH_CONFIG\` can hold one.`,
  });
}
