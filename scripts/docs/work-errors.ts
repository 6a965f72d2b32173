import type { Explanations } from './explanation.ts';

/** What fails while something is fetched, built or printed. */
export const WORK_ERRORS = {
  ARCHIVE_INVALID: {
    cause:
      'A tar archive is damaged or cut, asks for more than an archive may, or has a member that could mean two ' +
      'things or lead out of it. The message names the member. Nothing of it was kept.',
    cure:
      'Make the archive again, of relative paths and with every path once, for example with `tar ' + '--format=posix`.',
  },
  BUILD_DIFFERS: {
    cause: '`build --check` built a layer a second time and got other bytes; the paths are listed.',
    cure: 'Find out which package writes these paths with a time or a random value, and report it.',
  },
  BUILD_FAILED: {
    cause:
      "A build step ended with a code other than 0, most often a package's own script; its last lines are " + 'shown.',
    cure: 'Read the lines; `karapace logs` shows all of them, as the error says.',
  },
  CANCELLED: {
    cause: 'You stopped it, or answered no.',
    cure: 'Run the same command again. What was finished is kept.',
  },
  DOWNLOAD_CORRUPT: {
    cause: 'A mirror sent bytes that do not have the pinned size or sha256. Nothing of it was kept.',
    cure: 'Run the command again; if it stays, the mirror or a proxy between changes the bytes.',
  },
  DOWNLOAD_FAILED: {
    cause: 'A pinned file could not be fetched: no connection, a timeout, or the mirror does not have it any more.',
    cure:
      'Check the network; where the mirror has moved on, resolve anew: remove the lock and run `karapace ' + 'build`.',
  },
  IMAGE_INVALID: {
    cause:
      'What a registry or a layout holds is no image that can be used: it is for other processors, a document ' +
      'contradicts itself or asks for more than it may, or a layer is of an unknown kind. The message says ' +
      'what.',
    cure: 'Choose another image, or have it pushed again by a current tool.',
  },
  LOG_NOT_FOUND: {
    cause:
      '`karapace logs` was asked for a layer that has no log: none is kept of steps that print nothing, and `gc` ' +
      'removes those of failed builds; or the beginning of its key fits several.',
    cure: 'Copy the name or the key from the error of the build or from `karapace graph`, or build again.',
  },
  MIRROR_FAILED: {
    cause:
      "The distribution's mirror, or the image server, could not be asked: no connection, a timeout, or an " +
      'answer whose signature is wrong or that is older than the one before. Or a registry wants a login, ' +
      'refuses yours, is busy, or answers what it should not.',
    cure:
      'Check the network and run the command again; log in where the message says so. With a lock and the files ' +
      'in the store, `--locked --offline` needs no mirror.',
  },
  OFFLINE: {
    cause: '`--offline` is set, and something would have to be fetched.',
    cure: 'Leave `--offline` out once; afterwards the store has the bytes. Choosing packages always needs the network.',
  },
  OUTPUT_FAILED: {
    cause:
      'The result could not be written to stdout or to the file of `--output`, for example because the disk ' +
      'under it is full.',
    cure: 'Make room, or send it elsewhere, and run the command again.',
  },
  PLUGIN_FAILED: {
    cause: 'A plugin threw an error that it should not.',
    cure: "Report it to the plugin's author with what `--trace` shows.",
  },
  PLUGIN_INVALID: {
    cause: 'What `plugins` names is not a plugin, cannot be resolved, or has a name that is taken.',
    cure: 'Check the entry; a plugin is an object with `name` and `apply`, made by a factory.',
  },
  PLUGIN_NOT_FOUND: {
    cause: "No package or file of this name can be found from the manifest's directory.",
    cure: 'Install it beside the manifest, or correct the path.',
  },
  TOOL_FAILED: {
    cause: 'A program of this machine that Karapace runs ended with an error.',
    cure: 'Read its last lines in the message, and run `karapace doctor`.',
  },
  TOOL_MISSING: {
    cause: 'A program that is needed is not installed, or `doctor --fix` may not become root.',
    cure:
      "Run `karapace doctor --fix`. Ubuntu's keys are not among what it installs: run `apt-get install " +
      'ubuntu-archive-keyring`, which comes with Debian 13 and later or from Ubuntu.',
  },
  USAGE: {
    cause: 'The command line has a mistake, or a variable that it depends on has.',
    cure: 'Do what the fix says; `karapace <command> --help` shows what there is.',
  },
} as const satisfies Explanations;
