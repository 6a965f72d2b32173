import { shellWord } from '../shell-word.ts';

/** What the program exits with. Not what an interpreter ends with that fails. */
export const TAKEN = { alone: 0, shared: 40, busy: 41 } as const;

/** `struct flock` of 64-bit Linux; the whole file, and 0 for the process, as open file description locks want it. */
const PERL = `
my ($entry, $file, $id, $pid) = @ARGV;
open(my $e, "+<&=", 7) && open(my $l, "+<&=", 6) or die "descriptors: $!\\n";
sub take { fcntl($_[0], $_[1], pack("ssx4qqlx4", $_[2], 0, 0, 0, 0)) }
sub named { my ($handle, $name) = @_; my @there = stat $name; @there && $there[1] == (stat $handle)[1] }
my $tries = 0;
until (take($e, 37, 1)) {
  if ($tries++ == 10) { print STDERR "waiting for another process, which enters or stops the environment\\n"; take($e, 38, 1) or die "lock: $!\\n"; last }
  select undef, undef, undef, 0.02;
}
named($e, $entry) or die "the environment was destroyed\\n";
my ($s, $m, $h, $d, $mo, $y) = gmtime;
truncate $e, 0;
syswrite $e, sprintf "%04d-%02d-%02dT%02d:%02d:%02d.000Z\\n", $y + 1900, $mo + 1, $d, $h, $m, $s;
my $alone = take($l, 37, 1);
if ($alone) {
  truncate $l, 0;
  syswrite $l, sprintf '{"pid":%d,"start_time":"","boot_id":"","command":"launcher of %s"}', $pid, $id;
  take($l, 37, 0);
}
my $taken = $alone ? 0 : take($l, 37, 0) ? ${TAKEN.shared} : ${TAKEN.busy};
$taken = ${TAKEN.busy} unless named($l, $file);
utime undef, undef, $file;
exit $taken;
`;

const PYTHON = `
import fcntl, os, struct, sys, time
entry, file, id, pid = sys.argv[1:]
def take(fd, how, kind):
    try: fcntl.fcntl(fd, how, struct.pack("hhxxxxqqixxxx", kind, 0, 0, 0, 0)); return True
    except (BlockingIOError, PermissionError): return False
def named(fd, name):
    try: return os.stat(name).st_ino == os.fstat(fd).st_ino
    except FileNotFoundError: return False
tries = 0
while not take(7, 37, 1):
    tries += 1
    if tries > 10:
        print("waiting for another process, which enters or stops the environment", file=sys.stderr)
        take(7, 38, 1)
        break
    time.sleep(0.02)
if not named(7, entry): sys.exit("the environment was destroyed")
os.ftruncate(7, 0)
os.pwrite(7, time.strftime("%Y-%m-%dT%H:%M:%S.000Z\\n", time.gmtime()).encode(), 0)
alone = take(6, 37, 1)
if alone:
    os.ftruncate(6, 0)
    os.pwrite(6, ('{"pid":%s,"start_time":"","boot_id":"","command":"launcher of %s"}' % (pid, id)).encode(), 0)
    take(6, 37, 0)
taken = 0 if alone else ${TAKEN.shared} if take(6, 37, 0) else ${TAKEN.busy}
if not named(6, file): taken = ${TAKEN.busy}
os.utime(file)
sys.exit(taken)
`;

/**
 * Takes the lock of descriptor 7, the entry, and then that of 6, the environment, and says how by its
 * exit code (`TAKEN`); the time goes into the entry's file.
 *
 * The store's locks are open file description locks, which `flock` cannot take; one of these programs is on every system.
 * A lock stays with the shell, whose opened file it is.
 */
export const TAKE_LOCKS = `take_locks() {
  if command -v perl >/dev/null; then perl -e ${shellWord(PERL)} "$@"
  elif command -v python3 >/dev/null; then python3 -c ${shellWord(PYTHON)} "$@"
  else fail TOOL_MISSING 'A launcher needs the program \`perl\` or \`python3\`' 'Install one of them, or use \`karapace enter\`.'
  fi
}`;
