import type { ArchivePin } from '@karapace/core';

import type { Descriptor } from './descriptor.ts';
import type { ImageDocument } from './parse-document.ts';

/** What an archive is called in a lock. */
export type LayerName = Pick<ArchivePin, 'name' | 'version' | 'arch'>;

/** Where the documents and layers of one reference are: a registry or a layout. */
export interface ImageOrigin {
  /**
   * What the reference itself names.
   *
   * @throws KarapaceError `IMAGE_UNKNOWN`, `IMAGE_INVALID`, `DOWNLOAD_CORRUPT`; of registries also `MIRROR_FAILED`, `DOWNLOAD_FAILED`
   */
  open(): Promise<OpenedDocument>;
  /** The verified bytes of an index or a manifest. */
  readDocument(descriptor: Descriptor): Promise<Uint8Array>;
  /** The verified bytes of a configuration. */
  readConfig(descriptor: Descriptor): Promise<Uint8Array>;
  /** Pins a layer so that its bytes can be had when the image is built. */
  pin(layer: Descriptor, name: LayerName): Promise<ArchivePin>;
}

export interface OpenedDocument {
  readonly document: ImageDocument;
  readonly digest: string;
}
