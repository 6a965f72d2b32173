import type { Explanations } from './explanation.ts';

/** What a person wrote: the manifest, and the lock that was made of it. */
export const MANIFEST_ERRORS = {
  CONFIG_INVALID: {
    cause:
      'A `karapace.config.*` or `package.json#karapace` failed when it was evaluated, or gives something that ' +
      'is no manifest.',
    cure: 'Mend the file; `--trace` shows the stack of its own error.',
  },
  FILES_INVALID: {
    cause:
      "A `source` of `[[files]]` is missing, cannot be read, lies outside of the manifest's directory (also by " +
      'a link on the way), or holds a pipe, a socket or a device.',
    cure: 'Correct `source`, or remove what cannot be copied.',
  },
  IMAGE_UNKNOWN: {
    cause:
      'No image source knows this reference; or the distribution has no such release, there is no archive at ' +
      'this path or address, the registry or the layout has no such image.',
    cure:
      'Check the spelling: `debian/trixie`, `ubuntu/noble`, `./rootfs.tar.xz`, ' +
      '`docker://<registry>/<name>:<tag>`; or add the plugin of the image source to `plugins`.',
  },
  IMAGE_UNPINNED: {
    cause:
      '`build --require-pinned-image` or `pin --check` found a reference that may name other bytes tomorrow; or ' +
      '`pin` found nothing in a config module that it could write the digest into.',
    cure:
      'Run `karapace pin`, or write by hand what it names. Without `--require-pinned-image` the lock pins the ' +
      'image, too.',
  },
  LOCK_BASE_CHANGED: {
    cause:
      'The pinned packages of the base gave other bytes than the lock says: a tool that makes images was ' + 'updated.',
    cure: 'Use the earlier version of the tool; or remove the lock and run `karapace build`.',
  },
  LOCK_IDS: {
    cause:
      'The lock was made where a range of user ids was available, and here is none; or the backend cannot give ' +
      "the lock's ids.",
    cure:
      'Get a range (`karapace doctor` says how), run as root; or resolve anew: remove the lock and run ' +
      '`karapace build`.',
  },
  LOCK_INVALID: {
    cause: '`karapace.lock` is not what Karapace wrote: edited by hand, damaged, or left with merge marks.',
    cure: 'Restore it from version control; or remove it and run `karapace build` to resolve anew.',
  },
  LOCK_UNWRITABLE: {
    cause: 'The lock cannot be written beside the manifest: its directory is read-only, or the disk is full.',
    cure: 'Make the directory writable, or build with `--locked` from a lock that fits.',
  },
  LOCK_MISSING: {
    cause: '`--locked` is set and there is no lock.',
    cure: 'Run `karapace build --no-locked` once and commit the lock.',
  },
  LOCK_STALE: {
    cause: 'The manifest has changed since the lock was made; each difference is shown.',
    cure: 'Run `karapace build --no-locked` and commit the new lock, or undo the change of the manifest.',
  },
  LOCK_VERSION: {
    cause: 'The lock was written by another version of Karapace, in a form that this one does not read.',
    cure: 'Use that version; or remove the lock and run `karapace build` to resolve anew.',
  },
  MANIFEST_EXISTS: {
    cause:
      '`karapace new` found a `karapace.toml`, or another manifest: `karapace.config.*`, `package.json` with ' +
      'the key `karapace`.',
    cure:
      'Edit the one that is there, or use another directory. `karapace new <name> --force` overwrites ' +
      '`karapace.toml`.',
  },
  MANIFEST_INVALID: {
    cause:
      'A key is unknown, twice there, of the wrong type or out of range, or the file is not TOML. The place is ' +
      'the line and column.',
    cure: 'Mend what the message names. It proposes the nearest known key.',
  },
  MANIFEST_NOT_FOUND: {
    cause: 'The file that was named does not exist, or there is none here and in the directories above.',
    cure: 'Name it: `karapace build path/to/karapace.toml`; or write one: `karapace new <name>`.',
  },
  MANIFEST_UNREADABLE: {
    cause: 'The manifest is there but cannot be read: it is a directory, or belongs to somebody else.',
    cure: 'Make it readable: `chmod u+r karapace.toml`.',
  },
  MANIFEST_UNEDITABLE: {
    cause:
      '`karapace add` or `karapace remove` cannot edit this manifest: it is a program (`karapace.config.ts` and the ' +
      'like), or its list of packages is not written as a plain list.',
    cure: 'Edit the list by hand, as the error says, then run `karapace build`.',
  },
  MANIFEST_UNWRITABLE: {
    cause:
      '`karapace new` cannot write into this directory, or its disk is full; or `karapace pin` cannot replace the manifest, because ' +
      'it is read-only or because somebody changed it meanwhile.',
    cure: 'Go to a directory of your own, or free space; make the manifest writable, or run `karapace pin` again.',
  },
  PACKAGE_CONFLICT: {
    cause: 'The packages cannot be installed together.',
    cure: 'Remove one of those that the message names.',
  },
  PACKAGE_UNKNOWN: {
    cause:
      "The image's package manager, or for `update` the lock, has no package of this name. All unknown names are listed.",
    cure: 'Take one of the nearest names that are listed, or remove it from the manifest.',
  },
  POLICY_DENIED: {
    cause:
      'The manifest asks for something that a [policy](policy.md) does not allow: of the machine, of yours or of the ' +
      "project itself. Without any, only what is in the project's directory can be mounted. The message names the rule " +
      "and what is refused; below it is the rule's file and line.",
    cure:
      'Write the line that `fix` names if you mean it, or take what is refused out of the manifest. A file in `/etc` is ' +
      'a matter of who administers the machine.',
  },
  POLICY_INVALID: {
    cause:
      'A policy file cannot be read, has a mistake, belongs to somebody else, or may be written or replaced by others. ' +
      'It is never left out, because what it forbids would then be allowed.',
    cure:
      "Do what `fix` says. A file of the machine's belongs to root, your own to you; nobody else may write to it or to " +
      'its directory.',
  },
} as const satisfies Explanations;
