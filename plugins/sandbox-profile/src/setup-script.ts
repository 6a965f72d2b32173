import { shellWord as quote } from '@karapace/core';

import { CUT_OFF } from './abstract-sockets.ts';
import type { CommandStarter } from './command-starter.ts';
import { printInner } from './inner-namespace.ts';
import type { ProcessLimits } from './limits/plan-limits.ts';
import { prefixes } from './mount-points.ts';
import { overlayNames } from './overlay-names.ts';
import type { SandboxPlan } from './sandbox-plan.ts';
import type { PinnedSource, SetupStep, SharedMount } from './setup-step.ts';
import { streamFiles, WORKSPACE } from './workspace.ts';

/** What the script finds on its descriptors; descriptor 2 is the status channel until the command is started. */
const DESCRIPTORS = { stderr: 3, firstInput: 4 } as const;
/** `/bin/sh` can only close descriptors of one digit, and keeps one for itself here. */
export const MOST_HELD = 3;

export interface ScriptOptions {
  /** Of this session alone: a word for file names. */
  readonly session: string;
  readonly held: number;
  /** Streams that go through a real pipe: programs must be able to open `/dev/stderr`, which a socket does not allow. */
  readonly piped: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  readonly starter: CommandStarter;
  /** Lines of shell that wait, after `?ready`, until the ids are there and the session is the right one. Default: for a line. */
  readonly admission?: string | undefined;
}

/**
 * Prints the program that `/bin/sh` runs as the first process of the new namespaces.
 *
 * On the status channel it says `?ready`, waits for a line, then does the steps; `!<step> <kind> <detail>` names the one
 * that failed, and `?started` that the rest is up to what starts the command.
 */
export function setupScript(plan: SandboxPlan, options: ScriptOptions): string {
  const { starter } = options;
  const firstHeld = DESCRIPTORS.firstInput + starter.inputs.length;
  return [
    FUNCTIONS,
    `printf '?ready\\n' >&2`,
    options.admission ?? 'read -r go <&2 || exit 125',
    ...plan.steps.map((step, index) => printStep(step, index)),
    ...printPipes(options),
    ...Array.from({ length: options.held }, (_, index) => `exec ${firstHeld + index}<&-`),
    starter.prepare,
    printOpenFiles(plan.limits.processes),
    `printf '?started\\n' >&2`,
    printStart(plan, options),
  ].join('\n');
}

// The mount of util-linux 2.39 and later hands over options one by one, of which the kernel takes 255 bytes each: too few for
// the lower directories of three layers. mount(2), which LIBMOUNT_FORCE_MOUNT2 asks for, takes a page of them.
const FUNCTIONS = `umask 022
wanted='' wanted_files=''
fail() { printf '!%s %s %s\\n' "$1" "$2" "$3" >&2; exit 125; }
layer_place() {
  place=$2 source=$3
  shift 3
  for layer; do
    # What a layer hides is not there; of anything else it is seen later whether it can be used.
    if [ -c "$layer$place" ] && [ ! -L "$layer$place" ]; then break; fi
    if [ -e "$layer$place" ] || [ -L "$layer$place" ]; then return; fi
  done
  if [ -d "$source" ]; then wanted="$wanted ${WORKSPACE.runtime}$place"
  elif [ -e "$source" ]; then wanted_files="$wanted_files ${WORKSPACE.runtime}$place"; fi
}
component() {
  if [ -L "$2" ]; then fail "$1" link "$2"; fi
  [ -d "$2" ] || mkdir "$2" || fail "$1" directory "$2"
}
file() {
  if [ -L "$2" ]; then fail "$1" link "$2"; elif [ -d "$2" ]; then fail "$1" file "$2"; fi
  [ -e "$2" ] || true >"$2" || fail "$1" file "$2"
}
copy() { while IFS= read -r line || [ -n "$line" ]; do printf '%s\\n' "$line"; done <"$1"; }
pin() {
  if [ ! -d "$2" ]; then : >>"$3"; elif [ ! -d "$3" ]; then mkdir -p "$3"; fi
  mount --no-canonicalize --rbind "$2" "$3" || fail "$1" source "$2"
  [ "$(stat -c %d:%i "$3")" = "$4" ] || fail "$1" changed "$2"
}
open_files() { ulimit "-$1n" "$2" 2>/dev/null || [ "$(ulimit "-$1n")" -le "$2" ] || exit 125; }
present() { if [ -L "$2" ]; then fail "$1" link "$2"; elif [ ! -e "$2" ]; then fail "$1" absent "$2"; fi; }
mount_overlay() { LIBMOUNT_FORCE_MOUNT2=always mount -t overlay overlay -o "userxattr,index=on,$1" "$2"; }
overlay() {
  for attempt in 1 2 3 4 5 6 7 8 9 10 11 12; do
    mount_overlay "$2" "$4" 2>/dev/null && return
    message=$(mount_overlay "$2" "$4" 2>&1) && return
    case $message in *'already mounted'*|*busy*) sleep 0.05 ;; *) break ;; esac
  done
  case $message in *'already mounted'*|*busy*) fail "$1" busy "$3" ;; esac
  printf '%s\\n' "$message" >&2
  command -v fuse-overlayfs >/dev/null || fail "$1" overlay "$3"
  flock --nonblock --conflict-exit-code 99 --no-fork "$3" fuse-overlayfs -o "$2" "$4" >&2
  case $? in 0) : >${WORKSPACE.fuse}; printf '?fuse\\n' >&2 ;; 99) fail "$1" busy "$3" ;; *) fail "$1" overlay "$3" ;; esac
}`;

function printStep(step: SetupStep, index: number): string {
  const failure = (detail: string) => `fail ${index} ${step.kind} ${quote(detail)}`;
  switch (step.kind) {
    case 'layer-place':
      return `layer_place ${[String(index), step.path, step.source, ...step.lower].map(quote).join(' ')}`;
    case 'workspace':
      return printWorkspace(step, failure(WORKSPACE.directory));
    case 'file':
      return `printf %s ${quote(step.content)} >${quote(step.path)} || ${failure(step.path)}`;
    case 'copy':
      return `if [ -r ${quote(step.from)} ]; then copy ${quote(step.from)} >${quote(step.path)} || ${failure(step.path)}; fi`;
    case 'overlay':
      return printOverlay(step, index);
    case 'unmount':
      return `umount ${quote(step.target)} || ${failure(step.target)}`;
    case 'mount-point':
      return printMountPoint(step, index);
    case 'sources':
      return step.sources.map((source) => printSource(source, index)).join('\n');
    case 'mounts': {
      const table = step.mounts.map(printTableLine).join('');
      return `printf %s ${quote(table)} >${WORKSPACE.mountTable} && mount --all --fstab ${WORKSPACE.mountTable} || ${failure(WORKSPACE.root)}`;
    }
    case 'joinable':
      return `[ ! -e ${WORKSPACE.fuse} ] || ${failure(WORKSPACE.root)}`;
    case 'nested-mount-point':
      return prefixes(step.path)
        .map((path) => `present ${index} ${quote(step.root + path)}`)
        .join('\n');
  }
}

/** Everything that it has to have is made by one program. */
function printWorkspace(
  { directories, mebibytes, sources }: Extract<SetupStep, { kind: 'workspace' }>,
  failure: string,
): string {
  const { directory } = WORKSPACE;
  const size = mebibytes === null ? '' : `,size=${mebibytes}m`;
  return [
    ...sources.map(({ source, place }) => `[ ! -d ${quote(source)} ] || wanted="$wanted ${place}"`),
    `mount -t tmpfs -o mode=0755${size} karapace ${directory} && mkdir -p ${directories.map(quote).join(' ')} $wanted || ${failure}`,
    `for file in $wanted_files; do : >"$file" || ${failure}; done`,
  ].join('\n');
}

function printOverlay(step: Extract<SetupStep, { kind: 'overlay' }>, index: number): string {
  const outside = [...step.lower, step.upper, step.work].filter((path) => !path.startsWith(`${WORKSPACE.directory}/`));
  const { directory, links, names } = overlayNames(outside, WORKSPACE.links);
  const name = (path: string) => names.get(path) ?? path;
  const lower = step.lower.map(name).join(':');
  const options = [`lowerdir=${lower}`, `upperdir=${name(step.upper)}`, `workdir=${name(step.work)}`, ...step.options];
  return [
    ...links.map(([target, link]) => `ln -sfn ${quote(target)} ${link} || fail ${index} overlay ${quote(target)}`),
    `cd ${quote(directory)} || fail ${index} overlay ${quote(directory)}`,
    `overlay ${index} ${quote(options.join(','))} ${quote(step.upper)} ${step.target}`,
    // bwrap's own environment can be read inside; the one names the store, the other tells of bash, if it came first.
    'cd /; unset OLDPWD SHLVL',
  ].join('\n');
}

function printSource({ source, place, inode }: PinnedSource, index: number): string {
  return `pin ${index} ${quote(source)} ${place} ${inode}`;
}

function printTableLine({ source, target, type, options }: SharedMount): string {
  return `${[source, target, type, options].map(escapeTableField).join(' ')} 0 0\n`;
}

/** As getmntent(3) reads them. */
function escapeTableField(field: string): string {
  return field.replaceAll(/[\s\\#]/gu, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

function printMountPoint({ root, path, source }: Extract<SetupStep, { kind: 'mount-point' }>, index: number): string {
  const all = prefixes(path).map((prefix) => quote(root + prefix));
  if (source === null) return all.map((prefix) => `component ${index} ${prefix}`).join('\n');
  const last = all.pop() ?? '';
  const parents = all.map((prefix) => `component ${index} ${prefix}`);
  return [
    ...parents,
    `if [ -d ${quote(source)} ]; then component ${index} ${last}`,
    `elif [ -e ${quote(source)} ]; then file ${index} ${last}`,
    `else fail ${index} source ${quote(source)}; fi`,
  ].join('\n');
}

function printPipes({ piped, session }: ScriptOptions): readonly string[] {
  const { stdin, stdout, stderr } = streamFiles(session);
  const fifos = [...(piped.stdout ? [stdout] : []), ...(piped.stderr ? [stderr] : [])];
  return [
    ...(piped.stdin ? [`cat >${stdin} && exec <${stdin} && rm ${stdin} || exit 125`] : []),
    ...(fifos.length > 0 ? [`mkfifo ${fifos.join(' ')} || exit 125`] : []),
    ...(piped.stdout ? [`cat ${stdout} &`] : []),
    ...(piped.stderr ? [`cat ${stderr} >&${DESCRIPTORS.stderr} &`] : []),
  ];
}

function printStart(plan: SandboxPlan, { piped, session, starter }: ScriptOptions): string {
  const files = streamFiles(session);
  const stdout = piped.stdout ? ` >${files.stdout}` : '';
  const stderr = piped.stderr ? ` 2>${files.stderr}` : ` 2>&${DESCRIPTORS.stderr}`;
  const cut = plan.cutsSockets ? `perl -e ${quote(CUT_OFF)} ` : '';
  const command = `${printProcessLimits(plan.limits.processes)}${cut}${starter.command}${stdout}${stderr} ${DESCRIPTORS.stderr}>&-`;
  const isPiped = piped.stdout || piped.stderr;
  if (!isPiped && !plan.isInner && starter.report === '') return `exec ${command}`;
  // The copies must outlive the command, so this shell stays.
  const copies = isPiped ? ['wait', `rm -f ${files.stdout} ${files.stderr}`] : [];
  const run = plan.isInner ? printInner(command, plan.idMap) : command;
  return [run, 'code=$?', ...copies, starter.report, 'exit "$code"'].join('\n');
}

/** Only lowered, also where there are fewer by now; the soft one first, because it may never be above the hard one. */
function printOpenFiles({ openFiles: { soft, hard } }: ProcessLimits): string {
  return `open_files S ${soft}; open_files H ${hard}`;
}

function printProcessLimits({ fileBytes, processes }: ProcessLimits): string {
  const options = [
    ...(fileBytes === null ? [] : [`--fsize=${fileBytes}`]),
    ...(processes === null ? [] : [`--nproc=${processes}`]),
  ];
  return options.length === 0 ? '' : `prlimit ${options.join(' ')} -- `;
}
