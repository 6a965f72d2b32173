import { type Fixture, NAME } from '../fixture.ts';
import { measure } from '../measure.ts';
import { bwrap } from '../root-files.ts';
import { runCommand } from '../run-command.ts';
import { below, compare, type Row } from '../verdict.ts';

/** A command in an environment that is there already. */
export async function warmExec({ karapace, podman, root }: Fixture, rounds: number): Promise<readonly Row[]> {
  const commands = {
    karapace: karapace.command('exec', NAME, '--', 'true'),
    'podman run': podman.run('true'),
    'podman exec': podman.exec('true'),
    'bare bwrap': bwrap(root, 'true'),
    'node -e 0': [process.execPath, '-e', '0'],
  };
  const contenders = Object.entries(commands).map(([name, command]) => ({ name, run: () => runCommand(command) }));
  return compare('warm exec … true', await measure(contenders, rounds), {
    'podman run': below(1),
    'podman exec': below(1),
  });
}
