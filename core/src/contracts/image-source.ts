import type { Check } from './backend.ts';
import type { ImagePin } from './lock.ts';
import type { BuildContext, ResolveContext } from './tool-context.ts';

/** Turns a reference into a base tree: first pins it, then builds the pinned bytes without asking anybody. */
export interface ImageSource {
  readonly name: string;
  /** Whether the reference already names exact bytes. */
  isPinned(reference: string): boolean;
  /**
   * Pins a reference. May use the network.
   *
   * @throws KarapaceError `IMAGE_UNKNOWN`, `MIRROR_FAILED`
   */
  resolve(reference: string, context: ResolveContext): Promise<ImagePin>;
  /**
   * Fills the directory with the image's root file system. Never uses the network.
   * The same pin and the same ids give the same bytes, modes, owners, links and xattrs; times do not count.
   *
   * @param directory empty, owned by id 0 of the id space; also the only place it may write to
   */
  build(pin: ImagePin, directory: string, context: BuildContext): Promise<void>;
  /** What this source needs of the machine. */
  doctor(): Promise<readonly Check[]>;
}
