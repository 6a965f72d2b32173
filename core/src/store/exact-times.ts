import { childProcess } from './child-process.ts';
import { hasCode } from './system-error.ts';
import { systemPath } from './system-path.ts';
import type { ByteString } from './tree-entry.ts';
import fs from 'node:fs';

export interface TimedPath {
  readonly path: ByteString;
  /** Nanoseconds since 1970. */
  readonly mtime: bigint;
}

const SECOND = 1_000_000_000n;

/**
 * Sets the times of inodes to the nanosecond, never through a symbolic link. Node takes times as floating-point seconds, which
 * hold today's to about 240 ns, and makes now of those before 1970: what they cannot say goes through a program.
 */
export function setExactTimes(times: readonly TimedPath[]): void {
  const odd: TimedPath[] = [];
  for (const each of times) {
    if (each.mtime % SECOND !== 0n || each.mtime < 0n) odd.push(each);
    else fs.lutimesSync(systemPath(each.path), Number(each.mtime / SECOND), Number(each.mtime / SECOND));
  }
  if (odd.length > 0) setThroughProgram(odd);
}

// perl is essential on Debian and does in one process what costs one per file without it.
const PERL = `
my %call = ('x86_64' => 280, 'aarch64' => 88);
my $number = $call{$ARGV[0]} or exit 3;
$/ = "\\0";
while (defined(my $path = <STDIN>)) {
  chomp $path;
  chomp(my $seconds = <STDIN>);
  chomp(my $nanoseconds = <STDIN>);
  syscall($number, -100, $path, pack("q4", $seconds, $nanoseconds, $seconds, $nanoseconds), 0x100) == 0 or die "$!\\n";
}
`;
const MACHINES: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };
const OPTIONS = { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }, maxBuffer: 1 << 20 } as const;

function setThroughProgram(times: readonly TimedPath[]): void {
  const machine = MACHINES[process.arch];
  const perl = machine === undefined ? undefined : run('perl', ['-e', PERL, machine], encode(times, '\0'));
  if (perl === 'missing' || perl === undefined) {
    const touched = run('xargs', ['-0', '-n', '2', 'sh', '-c', 'exec touch -h -d "@$1" -- "$0"'], encode(times, '.'));
    if (touched === 'missing') throw new Error('xargs and touch are not there');
  }
}

/** Path, seconds and nanoseconds (nine digits), with a separator between the two. */
function encode(times: readonly TimedPath[], separator: string): Buffer {
  const text = times.map(({ path, mtime }) => {
    const nanoseconds = ((mtime % SECOND) + SECOND) % SECOND;
    const seconds = (mtime - nanoseconds) / SECOND;
    return `${path}\0${seconds}${separator}${String(nanoseconds).padStart(9, '0')}\0`;
  });
  return Buffer.from(text.join(''), 'latin1');
}

function run(program: string, args: readonly string[], input: Buffer): 'done' | 'missing' {
  const { status, error, stderr } = childProcess().spawnSync(program, args, { ...OPTIONS, input });
  if (error !== undefined && hasCode(error, 'ENOENT')) return 'missing';
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} could not set times: ${stderr.toString().trim()}`);
  return 'done';
}
