// Parts of a launcher that are the same for all. What they do is said where Node does it.

/** As `findLeakedDescriptors` and `shellCommand`. */
export const CLOSE_LEAKED = `exec 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&-
leaked=''
for each in /proc/self/fd/*; do
  number=\${each##*/}
  [ "$number" -gt 9 ] || continue
  [ -e "/proc/self/fdinfo/$number" ] || continue
  while read -r key value; do
    case $key in flags:) [ $((0$value & 02000000)) -ne 0 ] || leaked="$leaked $number>&-" ;; esac
  done <"/proc/self/fdinfo/$number"
done
[ -z "$leaked" ] || exec /bin/bash --norc -c "exec $leaked; exec \\"\\$@\\"" karapace /bin/sh "$0" "$@"`;

/** As `follow` and `explainFailure`. What \`bwrap\` says when it cannot start the command, it says to the command's stderr. */
export const SUPERVISE = `terminal_groups() {
  IFS= read -r line </proc/self/stat
  set -- \${line##*') '}
  own_group=$3 foreground=$6
}
# Whose signals would reach the command twice.
has_terminal() {
  IFS= read -r line </proc/self/stat
  set -- \${line##*') '}
  [ "$5" -ne 0 ]
}
step_failed() {
  kind=$2
  shift 2
  inside=\${*#/sys/kernel/root}
  case $kind in
    busy) fail ENVIRONMENT_BUSY "The writable layer \\\`$*\\\` is mounted by another process" 'End the other session first.' ;;
    joinable) fail ENVIRONMENT_BUSY 'The environment has a session, and fuse-overlayfs lets no second one in' 'End it first, or run \`karapace stop\`.' ;;
    link|directory|file) fail SANDBOX_UNSAFE_ROOT "The mount point \\\`$inside\\\` is no place to mount on ($kind)" 'Mount at a place whose parents are real directories, or remove what is there.' ;;
    changed) fail LAUNCHER_STALE "\\\`$*\\\` is not what was mounted when this launcher was made" 'Make it again: \`karapace inspect <env> --launcher --output <file>\`.' ;;
    source|absent) fail SANDBOX_FAILED "The mount needs \\\`$inside\\\`, which does not exist" 'Create it, or remove the mount.' ;;
    *) fail SANDBOX_FAILED "The sandbox cannot be set up: $kind of \\\`$inside\\\`$messages" 'Run \`karapace doctor\` to see what this machine lacks.' ;;
  esac
}
supervise() {
  ready='' prepared='' ended='' code='' failure='' messages=''
  [ -z "$from_terminal" ] || terminal_groups
  had_terminal=''
  [ -z "$from_terminal" ] || [ "$own_group" != "$foreground" ] || had_terminal=$own_group
  while IFS= read -r line; do
    case $line in
      '?ready') ready=1; [ -n "$joins" ] || admit "$1" || messages="$messages the ids of a new user namespace cannot be set" ;;
      '?started') ;;
      '?fuse') printf 'karapace: the kernel cannot mount overlayfs here; fuse-overlayfs is used, which is slower\\n' >&2 ;;
      '?ended '*) ended=1 ;;
      '!'*) failure=\${line#?} ;;
      '{'*'"child-pid"'*) prepared=1; begin_session "$1" ;;
      '{'*'"exit-code"'*) code=\${line##*'"exit-code": '}; code=\${code%%[!0-9]*} ;;
      *) messages="$messages $line" ;;
    esac
  done
  end_session
  [ -z "$had_terminal" ] || terminal_groups
  if [ -n "$had_terminal" ] && [ "$foreground" != "$had_terminal" ]; then take_terminal "$had_terminal"; fi
  if [ -n "$code" ]; then exit "$code"
  elif [ -n "$failure" ]; then step_failed $failure
  elif [ -z "$ready" ] && [ -n "$joins" ]; then too_late
  elif [ -z "$ready" ]; then fail NAMESPACE_DENIED "The namespaces of the sandbox cannot be made:$messages" 'Run \`karapace doctor\`, which names the setting.'
  elif [ -z "$ended" ]; then exit 137
  elif [ -n "$prepared" ]; then exit 127
  else fail SANDBOX_FAILED "The sandbox cannot be set up:\${messages:- see above}" 'Run \`karapace doctor\` to see what this machine lacks.'
  fi
}`;

/** As `findJoinPoint`, `findCommand` and `signalCommand`. */
export const FORWARD = `children_of() {
  children=''
  [ ! -e "/proc/$1/task/$1/children" ] || IFS= read -r children <"/proc/$1/task/$1/children" || :
} 2>/dev/null
below() {
  next=''
  for each in $1; do children_of "$each"; next="$next $children"; done
}
find_inside() {
  next=$1
  for level in 1 2 3 4; do
    below "$next"
    for inside in $next; do
      if [ -e "/proc/$inside/ns/ipc" ] && ! [ "/proc/$inside/ns/ipc" -ef /proc/self/ns/ipc ]; then return 0; fi
    done
  done
  return 1
}
# The directories are those of the processes that were meant, whatever numbers mean by now.
is_joinable() {
  IFS= read -r line </proc/self/fd/7/stat || return 1
  set -- \${line##*') '}
  shift 19
  [ "$1" = "$joins_since" ] && [ /proc/self/fd/8/ns/user -ef /proc/self/fd/7/ns/user ]
}
pids_of() {
  depth=0
  [ -e "/proc/$1/status" ] || return 0
  while read -r key rest; do
    if [ "$key" = NSpid: ]; then set -- $rest; depth=$#; for last; do :; done; fi
  done <"/proc/$1/status"
} 2>/dev/null
forward() {
  pids_of "$1"
  wanted=$((depth + 2)) next=$1
  for level in 1 2 3 4; do
    below "$next"
    for each in $next; do
      pids_of "$each"
      [ "$depth" -eq "$wanted" ] && [ "$last" -eq 2 ] || continue
      kill -s "$2" "$each" 2>/dev/null || @nsenter --target "$1" --user --preserve-credentials kill -s "$2" "$each" 2>/dev/null
      return
    done
  done
  children_of "$1"
  kill -s KILL \${children:-"$1"} 2>/dev/null
}`;
