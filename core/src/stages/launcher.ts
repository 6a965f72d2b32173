import { rootOf } from '../build/root-of-environment.ts';
import { sandboxOfEnvironment } from '../build/sandbox-of-environment.ts';
import { loginShell } from '../build/login-shell.ts';
import { shapeOf } from '../build/session-shape.ts';
import type { Backend } from '../contracts/backend.ts';
import type { SandboxMount, SandboxSpec } from '../contracts/sandbox.ts';
import type { Environment } from '../contracts/environment-store.ts';
import type { Store } from '../contracts/store.ts';
import { KarapaceError } from '../errors.ts';
import { shellWord } from '../shell-word.ts';

export interface LauncherInput {
  readonly environment: Environment;
  readonly backend: Backend;
  /** Says what the sandbox may have. */
  readonly admit: (spec: SandboxSpec) => Promise<Disposable & { readonly spec: SandboxSpec }>;
  /** The files of the policies that say so; with another text than now, the launcher runs nothing. */
  readonly policies: readonly { readonly file: string; readonly text: string | undefined }[];
  /** The caller's home, for mounts that start with `~`. */
  readonly home: string | undefined;
}

/**
 * A program for /bin/sh that enters an environment, or runs the command that it is given, as `execStage` does, as long as
 * the environment is what it is now.
 *
 * @throws KarapaceError `BACKEND_UNSUPPORTED` where the backend needs Node for that
 */
export async function launcherStage(input: LauncherInput, store: Store): Promise<string> {
  const { environment, backend, home } = input;
  if (backend.launcher === undefined) throw noLauncher(backend);
  const opening = await store.environments.openingProgram(environment.env_id);
  const shell = await loginShell(environment, store);
  const layers = await Promise.all(
    environment.layers.map(({ tree }) => store.trees.checkout(tree, environment.lock.ids)),
  );
  const lower = layers.toReversed();
  // Where the caller is, and on what terminal, the program finds out when it is started.
  const caller = { terminal: true, directory: '/', home, term: undefined };
  using admitted = await input.admit(
    sandboxOfEnvironment({ environment, ...rootOf(opening, lower), command: shell, ...caller }),
  );
  const { spec } = admitted;
  return [
    printTitle(environment),
    PROLOGUE,
    opening.checkOwner,
    ...lower.map((directory) => `[ -d ${shellWord(directory)} ] || fail STORE_CORRUPT ${MISSING_LAYER} 3`),
    CHECK_POLICY,
    ...input.policies.map(
      ({ file, text }) => `check_policy ${[file, ...(text === undefined ? [] : [text])].map(shellWord).join(' ')}`,
    ),
    printPlace(spec),
    printTerm(environment),
    opening.print(shapeOf(spec)),
    await backend.launcher(spec),
    `[ "\${1-}" != -- ] || shift`,
    `[ $# -gt 0 ] || set -- ${shell.map(shellWord).join(' ')}`,
    RUN,
  ].join('\n');
}

function noLauncher({ name }: Backend): KarapaceError {
  return new KarapaceError('BACKEND_UNSUPPORTED', `The backend \`${name}\` cannot be started without Karapace`, {
    hint: 'Use `karapace enter` and `karapace exec`, or build with another `[runtime] backend`.',
  });
}

function printTitle({ name: own, short_id }: Environment): string {
  const name = own ?? short_id;
  return `#!/bin/sh
# Enters the environment ${name}, or runs the command that follows in it: \`karapace enter\` and \`exec\` without Node.
# Made by \`karapace inspect ${name} --launcher\`, for the state that it had then.`;
}

/** Never the caller's path: a planted program must not win. */
const PROLOGUE = `PATH=/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin
export PATH
fail() {
  printf 'error[%s]: %s\\nfix: %s\\n' "$1" "$2" "$3" >&2
  exit "\${4-1}"
}`;

const MISSING_LAYER = `'A layer is not laid out any more' 'Run \`karapace exec\` in the environment once.'`;

/** What may be mounted was decided when the launcher was made. */
const CHECK_POLICY = `check_policy() {
  [ $# -eq 2 ] || [ -e "$1" ] || return 0
  text=''
  [ ! -r "$1" ] || while IFS= read -r line || [ -n "$line" ]; do text="$text$line
"; done <"$1"
  [ $# -eq 2 ] && [ "$text" = "\${2%
}
" ] || fail LAUNCHER_STALE "The policy \\\`$1\\\` changed since this launcher was made" 'Make it again: \`karapace inspect <env> --launcher --output <file>\`.'
}`;

/** The longest mounted directory that holds the caller's decides, as in \`sandboxOfEnvironment\`. */
function printPlace({ mounts, workingDirectory }: SandboxSpec): string {
  const nearest = mounts.toSorted((left, right) => right.source.length - left.source.length).map(printMount);
  return ['cd -P .', 'case $PWD in', ...nearest, `*) directory=${shellWord(workingDirectory)} ;;`, 'esac'].join('\n');
}

function printMount({ source, target }: SandboxMount): string {
  const word = shellWord(source);
  return `${word}|${word}/*) directory=${shellWord(target)}\${PWD#${word}} ;;`;
}

function printTerm({ lock }: Environment): string {
  const { TERM: term } = lock.intent.env;
  return `term=${term === undefined ? '${TERM-dumb}' : shellWord(term)}`;
}

/**
 * The sandbox is one process of a pipe, and what it says goes to the other, which waits for it. The first shell waits for
 * both, since only a shell that waits passes signals on.
 */
const RUN = `too_late() {
  kill -s URG "$$"
  exit 1
}
# Children are listed in the order of their birth: the sandbox is the one before its supervisor.
outermost_of() {
  IFS= read -r outermost <"/proc/$$/task/$$/children"
  outermost=\${outermost%%"$1 "*}
  outermost=\${outermost% }
  outermost=\${outermost##* }
}
run() {
  open_environment
  late='' from_terminal=''
  if [ -t 0 ] && [ -t 1 ]; then from_terminal=1; fi
  [ -e /proc/self/fd/0 ] || exec </dev/null
  [ -e /proc/self/fd/1 ] || exec >/dev/null
  [ -e /proc/self/fd/2 ] || exec 2>/dev/null
  # Before there is anybody who could send it.
  trap 'late=1' URG
  exec 8<&0 9>&1
  {
    exec 3>&2 2>&1 1>&9 0<&8 7>&- 8<&- 9>&-
    sandbox "$@"
  } | {
    exec 1>&2 8<&- 9>&-
    IFS=' ' read -r self rest </proc/self/stat
    outermost_of "$self"
    supervise "$outermost"
  } &
  supervisor=$!
  outermost_of "$supervisor"
  exec 7>&- 8<&- 9>&-
  for signal in HUP TERM USR1 USR2; do trap "forward \\$outermost $signal" "$signal"; done
  if [ -n "$from_terminal" ]; then trap : INT QUIT; else for signal in INT QUIT; do trap "forward \\$outermost $signal" "$signal"; done; fi
  while :; do
    wait "$supervisor"
    code=$?
    kill -0 "$supervisor" 2>/dev/null || break
  done
  exec 6>&-
}
tries=0
while :; do
  run "$@"
  [ -n "$late" ] || exit "$code"
  tries=$((tries + 1))
  sleep 0.01
  [ "$tries" -lt 100 ] || fail SESSION_ENDED 'The session that this one was about to join ended in that moment' 'Try again.'
done
`;
