import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import type { BackendBench } from './backend-bench.ts';
import { openTerminal, type Terminal } from './open-terminal.ts';
import { clientCommand } from './start-client.ts';

const SHELL = ['bash', '--norc', '--noprofile', '-i'];

/** What every backend must do for a person on a terminal. */
export function describeTerminals(bench: BackendBench, module: string): void {
  /** Types the command of a client into a fresh terminal. */
  async function enter(command: readonly string[], afterwards = ':'): Promise<Terminal> {
    const directory = await mkdtemp(join(tmpdir(), 'karapace-terminal-'));
    const environment = { PATH: '/bin', PS1: 'inside> ', TERM: 'screen', HOME: '/' };
    const spec = await bench.spec(command, { terminal: true, environment });
    const words = clientCommand({ module, spec, passing: [] }).map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
    await writeFile(join(directory, 'client'), `${words.join(' ')}; code=$?; ${afterwards}; exit $code\n`);
    const terminal = await openTerminal();
    onTestFinished(async () => {
      await terminal[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    });
    await terminal.press(`bash ${directory}/client; echo "code=$?"`, 'Enter');
    return terminal;
  }

  test('a shell on a terminal has job control, and the terminal is the caller’s again when it ends', async () => {
    const terminal = await enter(SHELL, 'stty -a | grep -o " icanon"; read -r -p "ask>" line; echo "answer=$line"');
    await terminal.waitFor(/^inside>/mu);
    await terminal.press('(echo started; exec sleep 600)', 'Enter');
    await terminal.waitFor(/^started$/mu);
    await terminal.press('C-z');
    await terminal.waitFor(/Stopped .*sleep 600/u);
    await terminal.press('fg', 'Enter');
    await terminal.waitFor(/^\( echo started; exec sleep 600 \)$/mu);
    await terminal.press('C-c');
    await terminal.press('echo "last=$?"', 'Enter');
    expect(await terminal.waitFor(/^last=130/mu)).not.toMatch(/no job control|cannot set terminal/u);
    await terminal.press('exit 9', 'Enter');
    await terminal.waitFor(/^ask>/mu);
    await terminal.press('typed', 'Enter');

    const screen = await terminal.waitFor(/^code=/mu);
    expect(screen).toMatch(/^ icanon$/mu);
    expect(screen).toMatch(/^answer=typed$/mu);
    expect(screen).toMatch(/^code=9$/mu);
  });

  test("a window's size is seen inside, and a change is told", async () => {
    const script = `trap 'stty size' WINCH; tty; stty size; while :; do sleep 0.1; done`;
    const terminal = await enter(['bash', '-c', script]);
    expect(await terminal.waitFor(/^24 80$/mu)).toMatch(/^\/dev\//mu);
    await terminal.resize(101, 33);
    await terminal.waitFor(/^33 101$/mu);
    await terminal.press('C-c');

    await terminal.waitFor(/code=130$/mu);
  });

  test('a command that Ctrl-C ends gives 130', async () => {
    const terminal = await enter(['sh', '-c', 'echo ready; exec sleep 600']);
    await terminal.waitFor(/^ready$/mu);
    await terminal.press('C-c');

    // The terminal shows the key itself, and begins no new line after it.
    expect(await terminal.waitFor(/code=\d+$/mu)).toMatch(/code=130$/mu);
  });

  test('nothing inside can type into the terminal', async () => {
    // TIOCSTI: a character for whoever reads the terminal next.
    const typing = `perl -e 'my $key = "x"; ioctl(STDIN, 0x5412, $key) or print "refused\\n"'`;
    const terminal = await enter(['sh', '-c', typing]);

    expect(await terminal.waitFor(/^code=/mu)).toMatch(/^refused$/mu);
  });
}
