import type { EnvIdentity } from '../contracts/ids.ts';
import type { OpeningProgram, SessionShape } from '../contracts/environment-store.ts';
import { shellWord } from '../shell-word.ts';
import { environmentFiles, type EnvironmentFiles } from './environment-files.ts';
import { encodeEnvironmentRecord, readEnvironmentRecord, type EnvironmentRecord } from './environment-record.ts';
import { archivedError, noEnvironment } from './environment-state-error.ts';
import { TAKE_LOCKS, TAKEN } from './take-locks-program.ts';
import type { StoreLayout } from './store-layout.ts';

/**
 * What `openSession` does, for /bin/sh.
 *
 * @throws KarapaceError `ENVIRONMENT_NOT_FOUND`, `ENVIRONMENT_ARCHIVED`, `STORE_CORRUPT`
 */
export function openingProgram(layout: StoreLayout, id: EnvIdentity): OpeningProgram {
  const record = readEnvironmentRecord(layout, id);
  if (record === undefined) throw noEnvironment(id);
  if (record.archived) throw archivedError(id);
  const files = environmentFiles(layout.environment(id));
  const { upper, work } = files.generation(record.generation);
  return {
    frozen: record.frozen,
    checkOwner: checkOwner(layout.root),
    upper,
    work,
    print: (shape) => [printVariables(layout, files, { record, shape }), OPEN, SESSIONS, TAKE_LOCKS].join('\n'),
  };
}

/** The store of somebody else may be one in which nothing can be seen. */
function checkOwner(root: string): string {
  const uid = process.geteuid?.() ?? 0;
  const message = `The store directory \`${root}\` belongs to the user ${uid}`;
  const hint = 'Run this as that user, or make a launcher of an environment of your own.';
  return `[ -O ${shellWord(root)} ] || [ "$(id -u)" = ${uid} ] || fail STORE_FOREIGN ${shellWord(message)} ${shellWord(hint)} 3`;
}

interface Made {
  readonly record: EnvironmentRecord;
  readonly shape: SessionShape;
}

function printVariables(layout: StoreLayout, files: EnvironmentFiles, { record, shape }: Made): string {
  const { title, before, after } = splitRecord(record);
  const variables = {
    environment_id: record.env_id.slice(0, 12),
    environment_record: files.record,
    record_title: title,
    record_before: before,
    record_after: after,
    was_frozen: String(record.frozen),
    environment_lock: files.lock,
    environment_entry: files.entry,
    sessions: files.sessions,
    journal: layout.directory('journal'),
    session_shape: JSON.stringify(shape),
  };
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${shellWord(value)}`)
    .join('\n');
}

/** The record but for its checksum and its times: building what exists changes these, and nothing that an entry needs. */
function splitRecord(record: EnvironmentRecord): Readonly<Record<'title' | 'before' | 'after', string>> {
  const [headline = '', body = ''] = encodeEnvironmentRecord(record).split('\n');
  const times = /"created_at":"[^"]*","built_at":"[^"]*",/.exec(body);
  const start = times?.index ?? body.length;
  return {
    title: headline.replace(/[0-9a-f]{64}$/, ''),
    before: body.slice(0, start),
    after: body.slice(start + (times?.[0].length ?? 0)),
  };
}

/** Waits for the locks; afterwards `joins` is a session that lives and `joins_since` its start, or both are empty. */
const OPEN = `stale() {
  fail LAUNCHER_STALE "The environment \\\`$environment_id\\\` $1 since this launcher was made" "Make it again: \\\`karapace inspect $environment_id --launcher --output <file>\\\`."
}
check_record() {
  [ -e "$environment_record" ] || fail LAUNCHER_STALE "The environment \\\`$environment_id\\\` was destroyed since this launcher was made" 'Build it again with \`karapace build\` in its project, and make a launcher of that.'
  { IFS= read -r title && IFS= read -r body; } <"$environment_record" || fail STORE_CORRUPT "The record \\\`$environment_record\\\` cannot be read" 'Run \`karapace verify-store\`.' 3
  case $title in "$record_title"*) ;; *) stale 'was kept in another form' ;; esac
  case $body in "$record_before"*"$record_after") return ;; esac
  case $body in
    *'"archived":true,'*) fail ENVIRONMENT_ARCHIVED "The environment \\\`$environment_id\\\` is archived" "Run \\\`karapace unarchive $environment_id\\\` first." ;;
    *'"frozen":'"$was_frozen"','*) stale 'was built anew or restored' ;;
    *) if [ "$was_frozen" = true ]; then stale 'was thawed'; else stale 'was frozen'; fi ;;
  esac
}
# What somebody decided and could not finish comes first; it takes a Karapace to finish it.
check_journal() {
  looks=0
  for entry in "$journal"/*; do
    while [ -e "$entry" ]; do
      [ "$looks" -lt 100 ] || fail STORE_BUSY 'A change of the store was not finished' 'Run \`karapace list\`, which finishes it, and try again.' 3
      looks=$((looks + 1))
      sleep 0.05
    done
  done
}
busy() {
  fail ENVIRONMENT_BUSY "The environment \\\`$environment_id\\\` is in use" "See \\\`karapace inspect $environment_id\\\`; wait until it ends, or run \\\`karapace stop $environment_id\\\`."
}
open_environment() {
  check_journal
  check_record
  umask 077
  exec 7<>"$environment_entry"
  looks=0 joins='' joins_since=''
  while :; do
    exec 6<>"$environment_lock"
    take_locks "$environment_entry" "$environment_lock" "$environment_id" "$$"
    case $? in
      ${TAKEN.alone}) break ;;
      ${TAKEN.shared}) if find_session; then break; fi; most=300 ;;
      ${TAKEN.busy}) most=5 ;;
      *) fail TOOL_FAILED 'The locks of the store cannot be taken' 'See the line above.' ;;
    esac
    looks=$((looks + 1))
    [ "$looks" -lt "$most" ] || busy
    sleep 0.01
  done
  IFS= read -r started_at <"$environment_entry"
  umask 022
  check_record
}`;

/** Records of sessions: one is believed while its process, told by number, start and boot, lives. */
const SESSIONS = `start_of() {
  IFS= read -r stat <"/proc/$1/stat" || return 1
  set -- \${stat##*') '}
  shift 19
  start=$1
} 2>/dev/null
find_session() {
  IFS= read -r boot </proc/sys/kernel/random/boot_id
  for file in "$sessions"/*; do
    [ -e "$file" ] || continue
    IFS= read -r found <"$file" || continue
    case $found in '{"sandbox":{"pid":'*'"boot_id":"'"$boot"'"}') ;; *) continue ;; esac
    joins=\${found#'{"sandbox":{"pid":'} joins_since=\${found#*'"start_time":"'}
    joins=\${joins%%,*} joins_since=\${joins_since%%'"'*}
    if ! start_of "$joins" || [ "$start" != "$joins_since" ]; then joins='' joins_since=''; continue; fi
    case $found in *'"shape":'"$session_shape"',"boot_id":'*) return 0 ;; esac
    found=\${found#*'"shape":'} found=\${found%%',"boot_id":'*}
    fail ENVIRONMENT_BUSY "The environment was entered by process $joins with other mounts or another network: $found" 'Leave it, or run \`karapace stop\`, and enter again.'
  done
  return 1
}
is_in_use() {
  [ -s "$1" ] || return 1
  IFS= read -r found <"$1"
  found=\${found#'{"sandbox":{"pid":'} since=\${found#*'"start_time":"'}
  start_of "\${found%%,*}" && [ "$start" = "\${since%%'"'*}" ]
}
begin_session() {
  IFS= read -r boot </proc/sys/kernel/random/boot_id
  [ -d "$sessions" ] || mkdir "$sessions"
  number=1
  while session_file=$sessions/launcher-$number; is_in_use "$session_file"; do number=$((number + 1)); done
  start_of "$1"
  printf '{"sandbox":{"pid":%s,"start_time":"%s"},"client":{"pid":%s,"command":"launcher of %s"},"started_at":"%s","shape":%s,"boot_id":"%s"}\\n' "$1" "$start" "$$" "$environment_id" "$started_at" "$session_shape" "$boot" >"$session_file"
  exec 7>&-
}
# An empty file is no session, and costs no other program.
end_session() { if [ -n "\${session_file-}" ]; then : >"$session_file"; fi; }`;
