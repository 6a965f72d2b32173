import {
  createKarapace,
  KarapaceError,
  openStore,
  type IdSpace,
  type Ids,
  type Karapace,
  type Plugin,
} from '@karapace/core';
import { backendMock } from '@karapace/backend-mock';
import { imageTarball } from '@karapace/image-tarball';

import type { Place } from './place.ts';

/** The engine on a place's store, with nothing but the mock backend and archives as images. */
export function openKarapace({ store }: Pick<Place, 'store'>): Promise<Karapace> {
  return createKarapace({ storeRoot: store, plugins: [realArchives, backendMock(), forEverything], pluginBases: [] });
}

/** Archives are real images, of which the mock backend would make up its own. */
const realArchives: Plugin = {
  name: 'image-tarball',
  apply({ hooks }) {
    const first = { name: 'image-tarball', stage: -200 };
    const openImageSource = {
      tapPromise: (_name: string, open: Parameters<typeof hooks.openImageSource.tapPromise>[1]) =>
        hooks.openImageSource.tapPromise(first, open),
    };
    imageTarball().apply({ hooks: { ...hooks, openImageSource: openImageSource as never } });
  },
};

/** Who looks at a whole store asks for the usual backend. */
const forEverything: Plugin = {
  name: 'for-everything',
  apply({ hooks }) {
    hooks.openBackend.tapPromise('for-everything', async (name) =>
      name === 'mock' ? undefined : hooks.openBackend.promise('mock'),
    );
  },
};

/** Runs a command of the mock backend in an environment. */
export async function execQuietly(karapace: Karapace, reference: string, command: readonly string[]): Promise<void> {
  const { code } = await karapace.exec(reference, {
    command,
    terminal: false,
    streams: { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' },
    caller: { directory: '/', home: undefined, term: undefined },
  });
  if (code !== 0) throw new KarapaceError('SANDBOX_FAILED', `\`${command.join(' ')}\` ended with ${code}`);
}

/** The mock backend's, where something is to be done without one. */
export async function ownIdSpace(ids: Ids): Promise<IdSpace> {
  return { ids, description: 'own', wrap: (command) => command };
}

/** The smallest write there is: whatever comes before any write comes before it. */
export async function writeNothing({ store }: Pick<Place, 'store'>): Promise<void> {
  const opened = await openStore(store, { idSpace: ownIdSpace });
  await opened.leased(async () => undefined);
  await opened.close();
}
