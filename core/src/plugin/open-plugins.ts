import type { Backend } from '../contracts/backend.ts';
import type { ImageSource } from '../contracts/image-source.ts';
import type { NormalizedManifest } from '../contracts/manifest.ts';
import type { PackageManager, TreeNames } from '../contracts/package-manager.ts';
import { KarapaceError } from '../errors.ts';
import type { Hooks } from './hooks.ts';

/** @throws KarapaceError `BACKEND_UNKNOWN` when no plugin answers */
export async function openBackend(hooks: Hooks, name: string): Promise<Backend> {
  const backend = await hooks.openBackend.promise(name);
  if (backend !== undefined) return backend;
  throw new KarapaceError('BACKEND_UNKNOWN', `No plugin provides the backend \`${name}\``, {
    hint: 'Set `[runtime] backend` to `namespace`, `oci`, `oci-crun` or `oci-runc`, or name the plugin that provides it in `plugins`.',
  });
}

/** @throws KarapaceError `IMAGE_UNKNOWN` when no plugin answers */
export async function openImageSource(
  hooks: Hooks,
  { manifest, directory }: { readonly manifest: NormalizedManifest; readonly directory: string },
): Promise<ImageSource> {
  const reference = manifest.base.image;
  const source = await hooks.openImageSource.promise({ reference, backend: manifest.runtime.backend, directory });
  if (source !== undefined) return source;
  throw new KarapaceError('IMAGE_UNKNOWN', `No plugin knows an image called \`${reference}\``, {
    hint: 'Use a reference like `debian/trixie`, `docker://<registry>/<name>:<tag>`, `oci:<directory>:<tag>`, `./rootfs.tar.xz` or `https://…/rootfs.tar.gz` in `[base] image`.',
  });
}

/** @throws KarapaceError `BACKEND_UNSUPPORTED` when the image brings no package tool that a plugin speaks for */
export async function openPackageManager(hooks: Hooks, tree: TreeNames, image: string): Promise<PackageManager> {
  const manager = await hooks.openPackageManager.promise(tree);
  if (manager !== undefined) return manager;
  throw new KarapaceError('BACKEND_UNSUPPORTED', `No plugin knows the package manager of the image \`${image}\``, {
    hint: 'Remove `[system] packages` and `[gui] apps`, or add a plugin that speaks for this image to `plugins`.',
  });
}
