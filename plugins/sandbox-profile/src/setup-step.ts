/** One operation of the host before `bwrap` takes over, inside the sandbox's user and mount namespaces. */
export type SetupStep =
  /**
   * A mount point at the top of the root: wanted in the topmost lower layer where none of the others has anything in its
   * place, so that none is made in the upper, where it would be a change.
   */
  | { readonly kind: 'layer-place'; readonly path: string; readonly source: string; readonly lower: readonly string[] }
  /** An empty tmpfs with these directories and what is wanted in it, of limited size where something inside may fill it. */
  | {
      readonly kind: 'workspace';
      readonly directories: readonly string[];
      readonly mebibytes: number | null;
      /** What is held in it later. */
      readonly sources: readonly PinnedSource[];
    }
  | { readonly kind: 'file'; readonly path: string; readonly content: string }
  /** Takes what the host has, if it has it. */
  | { readonly kind: 'copy'; readonly from: string; readonly path: string }
  | {
      readonly kind: 'overlay';
      readonly lower: readonly string[];
      readonly upper: string;
      readonly work: string;
      /** With `volatile`, syncing a file inside does nothing. */
      readonly options: readonly string[];
      readonly target: string;
    }
  | { readonly kind: 'unmount'; readonly target: string }
  /**
   * Each component must be a real directory, and is made where it is missing; the last is what the source is: a directory
   * or a file. Without a source, a directory.
   */
  | { readonly kind: 'mount-point'; readonly root: string; readonly path: string; readonly source: string | null }
  /** Takes hold of what is mounted later, and fails where one is not the file that was looked at before. */
  | { readonly kind: 'sources'; readonly sources: readonly PinnedSource[] }
  /** Mounts that all sessions of the root share. */
  | { readonly kind: 'mounts'; readonly mounts: readonly SharedMount[] }
  /** Fails where the root cannot outlive the session that mounted it. */
  | { readonly kind: 'joinable' }
  /** A mount point inside another mount's source: it must be there, because nothing is made in a host directory. */
  | { readonly kind: 'nested-mount-point'; readonly root: string; readonly path: string };

/** Something of the host, bound to a place where nobody else can put something else. */
export interface PinnedSource {
  readonly source: string;
  readonly place: string;
  /** `device:inode`. */
  readonly inode: string;
}

/** A line of fstab(5). */
export interface SharedMount {
  readonly source: string;
  readonly target: string;
  readonly type: 'none' | 'tmpfs';
  readonly options: string;
}

export function describeStep(step: SetupStep): string {
  switch (step.kind) {
    case 'layer-place':
      return `make the mount point \`${step.path}\` unless a layer has it`;
    case 'workspace':
      return `mount a private tmpfs as workspace${step.mebibytes === null ? '' : ` of ${step.mebibytes} MiB`}`;
    case 'file':
      return `write \`${step.path}\``;
    case 'copy':
      return `copy the host's \`${step.from}\` to \`${step.path}\``;
    case 'overlay':
      return `mount overlayfs on \`${step.target}\`: lower ${step.lower.map((path) => `\`${path}\``).join(', ')}; upper \`${step.upper}\` (${step.options.join(',')})`;
    case 'unmount':
      return `unmount \`${step.target}\``;
    case 'mount-point':
      return `check the mount point \`${step.path}\``;
    case 'mounts':
      return `mount for all sessions: ${step.mounts.map(({ target, options }) => `\`${target}\` (${options})`).join(', ')}`;
    case 'sources':
      return `take hold of ${step.sources.map(({ source, inode }) => `\`${source}\` (inode ${inode})`).join(', ')}`;
    case 'joinable':
      return 'check that the root can be shared';
    case 'nested-mount-point':
      return `check the mount point \`${step.path}\` in \`${step.root}\``;
  }
}
