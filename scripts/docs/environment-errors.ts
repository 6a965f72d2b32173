import type { Explanations } from './explanation.ts';

/** Environments, what runs in them, and what was kept of them. */
export const ENVIRONMENT_ERRORS = {
  BACKEND_UNKNOWN: {
    cause: 'No plugin provides the backend that `[runtime] backend` names.',
    cure: 'Use `namespace`, `oci`, `oci-crun` or `oci-runc`, or add the plugin to `plugins` in `karapace.config.ts`.',
  },
  BACKEND_UNSUPPORTED: {
    cause: 'The manifest needs something that this backend, image or machine cannot do; the message names it.',
    cure: 'Leave the setting out, or choose another backend.',
  },
  COMMIT_FAILED: {
    cause:
      'A file that was changed in the environment cannot be read, or changes while it is read, or is of a kind ' +
      'that a snapshot cannot hold. Nothing was kept.',
    cure: 'Change or remove the file that the message names, and commit again.',
  },
  DIFF_FAILED: {
    cause:
      'A file that was changed in the environment cannot be read, or is of a kind that cannot be compared. ' +
      'Nothing was changed.',
    cure: 'Change or remove the file that the message names, and look again.',
  },
  ENVIRONMENT_AMBIGUOUS: {
    cause:
      'The prefix belongs to more than one environment; they are listed. Or projects with equal manifests share the environment, and the id does not say whose directory is to be mounted.',
    cure: 'Type more digits, or a name: `karapace list`. In the directory of a project, leave the environment out.',
  },
  ENVIRONMENT_ARCHIVED: {
    cause: 'The environment is archived, and archived environments cannot be entered or changed.',
    cure: 'Run `karapace unarchive <env>`.',
  },
  ENVIRONMENT_BUSY: {
    cause:
      'Somebody is in the environment, and what you asked for needs it quiet; or a command such as `commit` is ' +
      'at work on it. The message has the process id. Sessions can join each other, but for two that have other ' +
      'mounts or another network, since the environment was built again meanwhile or is entered for another project with an equal manifest, and where `fuse-overlayfs` ' +
      "takes the kernel's place.",
    cure: 'Leave the sessions, or end them: `karapace stop <env>`.',
  },
  ENVIRONMENT_EXISTS: {
    cause: 'The name belongs to another environment.',
    cure: 'Choose another name, or destroy that environment: `karapace destroy <env>`.',
  },
  ENVIRONMENT_FROZEN: {
    cause: 'The environment is frozen, and the operation would change it.',
    cure: 'Run `karapace thaw <env>`.',
  },
  ENVIRONMENT_NOT_FOUND: {
    cause: 'There is no environment of this name, identity or prefix in this store.',
    cure: 'See `karapace list`; build it: `karapace build --name <name>`; or name the right store by `--store`.',
  },
  NAMESPACE_DENIED: {
    cause: 'The kernel, or a policy of this machine such as AppArmor, does not let you make user namespaces.',
    cure: 'Run `karapace doctor`: it names the setting and the command.',
  },
  LAUNCHER_STALE: {
    cause:
      'A launcher that `karapace inspect --launcher` made was started, and its environment was built anew, restored, ' +
      'frozen, thawed or destroyed since. Nothing was run.',
    cure: 'Make it again: `karapace inspect <env> --launcher --output <file>`; where the environment was destroyed, build it first.',
  },
  NAME_INVALID: {
    cause:
      'A name has more than letters, digits, `_` and `-`, begins with `-`, is longer than 64, or looks like an ' +
      'identity (4 or more of `0`-`9`, `a`-`f` alone).',
    cure: 'Choose another name.',
  },
  NAME_TAKEN: {
    cause: 'The name means another environment already.',
    cure: 'Choose another name, or rename or destroy that environment.',
  },
  SANDBOX_FAILED: {
    cause: 'The sandbox could not be set up exactly as specified, so that nothing was run; the cause has the step.',
    cure: 'Run `karapace doctor`, and read the cause.',
  },
  SANDBOX_UNSAFE_ROOT: {
    cause:
      'A path that the sandbox has to mount on is, in the image, something else than a directory or file: a ' +
      'link to elsewhere, for example.',
    cure: 'Use another image; report it to the one who makes it.',
  },
  SESSION_ENDED: {
    cause: 'The session that this one was about to join ended in that moment, many times in a row.',
    cure: 'Try again.',
  },
  SNAPSHOT_AMBIGUOUS: {
    cause: 'The digits begin the identity of more than one snapshot.',
    cure: 'Give more digits; `karapace snapshots <env>` shows them.',
  },
  SNAPSHOT_NOT_FOUND: {
    cause: 'The environment has no such snapshot.',
    cure: 'Take one of those that the message lists, or see `karapace snapshots <env>`; `karapace commit <env>` makes one.',
  },
  SNAPSHOT_UNFIT: {
    cause: 'The snapshot was made over layers whose bytes are not those that the environment has now.',
    cure: 'Take over what you need from the snapshot by hand.',
  },
} as const satisfies Explanations;
