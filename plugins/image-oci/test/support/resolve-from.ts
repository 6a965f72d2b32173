import { createTestTools, type TestTools } from '@karapace/core/testing';
import { afterAll, beforeAll, expect, test as base } from 'vitest';

import type { Descriptor } from '../../src/descriptor.ts';
import { createOciSource } from '../../src/oci-source.ts';
import { machineOf } from '../../src/platform.ts';
import { createRegistryAccess, type AccessSettings } from '../../src/registry-access.ts';
import { serveFakeRegistry, type FakeRegistry } from './fake-registry.ts';
import { LOGIN } from './login.ts';
import { putImage as putAnyImage, type SampleImage } from './memory-origin.ts';

export const { architecture } = machineOf(process.arch);
export const NOBODY: AccessSettings = { plainHttp: [], person: { environment: {}, home: '/nonexistent' } };

export let tools: TestTools;
beforeAll(async () => void (tools = await createTestTools()));
afterAll(() => tools[Symbol.asyncDispose]());

/** Tests with a registry that holds what they put in, and may be made to misbehave. */
export const test = base.extend('registry', async ({}, { onCleanup }) => {
  const registry = await serveFakeRegistry();
  onCleanup(() => registry[Symbol.asyncDispose]());
  return registry;
});

/** An image for this machine, with the tag `1`. */
export function putImage(registry: FakeRegistry, sample: SampleImage = {}): Descriptor {
  const image = putAnyImage(registry.content, { architecture, ...sample });
  registry.tags.set('1', image);
  return image;
}

/** Who is logged in to a registry. */
export function somebody({ host }: FakeRegistry): AccessSettings {
  const environment = { DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { [host]: LOGIN } }) };
  return { plainHttp: [], person: { environment, home: '/nonexistent' } };
}

/** @param selection the end of the reference */
export async function resolve({ host }: FakeRegistry, settings = NOBODY, selection = ':1') {
  const source = createOciSource({ directory: '/', access: createRegistryAccess(settings), warn: () => undefined });
  return source.resolve(`docker://${host}/x${selection}`, tools);
}

/** The error that resolving ends with. It holds no password. */
export async function failure(...args: Parameters<typeof resolve>): Promise<Error> {
  const [result] = await Promise.allSettled([resolve(...args)]);
  if (result.status === 'fulfilled') throw new Error('The image was resolved');
  const error = result.reason as Error;
  expect(`${error.message} ${String(error.cause)}`).not.toMatch(/secret|dXNlcjpz/u);
  return error;
}
