import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { type Fixture, NAME } from '../fixture.ts';
import { measure, type Measurement } from '../measure.ts';
import { bwrap, ociRuntime, writeBundle } from '../root-files.ts';
import { runCommand } from '../run-command.ts';
import { below, compare, within, type Row } from '../verdict.ts';

const RUNTIMES = ['crun', 'runc'] as const;
const [GOAL, FLOOR] = [15, 60];

/** A command in an environment that is there already, by each backend, beside the bare tools that it stands on. */
export async function warmExec(fixture: Fixture, rounds: number): Promise<readonly Row[]> {
  const { karapace, podman, root, directory } = fixture;
  const bundle = join(directory, 'bundle');
  await writeBundle(root, bundle);
  for (const runtime of RUNTIMES) await buildFor(runtime, fixture);
  const exec = (name: string) => karapace.command('exec', name, '--', 'true');
  const commands: Readonly<Record<string, readonly string[]>> = {
    karapace: exec(NAME),
    'karapace oci-crun': exec(nameOf('crun')),
    'karapace oci-runc': exec(nameOf('runc')),
    'podman run': podman.run('true'),
    'podman exec': podman.exec('true'),
    'bare bwrap': bwrap(root, 'true'),
    'bare crun': ociRuntime('crun', bundle),
    'bare runc': ociRuntime('runc', bundle),
    'node -e 0': [process.execPath, '-e', '0'],
  };
  const contenders = Object.entries(commands).map(([name, command]) => ({ name, run: () => runCommand(command) }));
  return judge(await measure(contenders, rounds));
}

/** Above the bare tool, a start may cost what Node's own does and a little. */
function judge(measured: readonly Measurement[]): readonly Row[] {
  const named = (...names: readonly string[]) => names.flatMap((name) => measured.filter((one) => one.name === name));
  const start = Math.round(named('node -e 0')[0]?.median ?? 0);
  const own = within(GOAL + start, FLOOR + start);
  const peers = ['podman run', 'podman exec'];
  return [
    ...compare('warm exec … true', named('karapace', ...peers, 'bare bwrap', 'node -e 0'), {
      'podman run': below(1),
      'podman exec': below(1),
      'bare bwrap': own,
    }),
    ...RUNTIMES.flatMap((runtime) =>
      compare(`warm exec … true, ${runtime}`, named(`karapace oci-${runtime}`, ...peers, `bare ${runtime}`), {
        'podman run': below(1),
        [`bare ${runtime}`]: own,
      }),
    ),
  ];
}

/** The same environment for another backend; its layers are in the store. */
async function buildFor(runtime: string, { karapace }: Fixture): Promise<void> {
  const manifest = join(dirname(karapace.manifest), `${runtime}.toml`);
  const text = await readFile(karapace.manifest, 'utf8');
  await writeFile(manifest, `${text}\n[runtime]\nbackend = "oci-${runtime}"\n`);
  await runCommand(karapace.command('build', manifest, '--name', nameOf(runtime)));
}

function nameOf(runtime: string): string {
  return `${NAME}-${runtime}`;
}
