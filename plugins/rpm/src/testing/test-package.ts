import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface TestPackage {
  readonly name: string;
  readonly epoch?: number | undefined;
  readonly version?: string | undefined;
  readonly release?: string | undefined;
  /** More lines of the preamble: `Requires: other`. */
  readonly fields?: readonly string[] | undefined;
  /** Shell text that runs after installation. */
  readonly post?: string | undefined;
  /** Programs in /usr/bin, each with its line of the files section without the path: `%attr(4755,root,root)`. */
  readonly programs?: Readonly<Record<string, string>> | undefined;
}

/** Builds the package with rpmbuild into the directory. */
export async function buildTestPackage(directory: string, one: TestPackage): Promise<void> {
  const top = await mkdtemp(join(directory, '.build-'));
  const packages = join(directory, 'packages');
  await mkdir(packages, { recursive: true });
  const spec = join(top, 'test.spec');
  await writeFile(spec, specOf(one));
  const macros = {
    _topdir: top,
    _rpmdir: packages,
    _build_name_fmt: '%%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm',
    _build_id_links: 'none',
    __os_install_post: '%{nil}',
  };
  const defines = Object.entries(macros).flatMap(([name, value]) => ['--define', `${name} ${value}`]);
  await run('rpmbuild', ['-bb', '--quiet', ...defines, spec], { env: { ...process.env, HOME: top } });
}

function specOf({
  name,
  epoch,
  version = '1.0',
  release = '1',
  fields = [],
  post,
  programs = {},
}: TestPackage): string {
  const file = `/usr/share/test-package/${name}`;
  const paths = Object.entries(programs).map(([program, line]) => [`/usr/bin/${program}`, line] as const);
  return [
    ...[
      `Name: ${name}`,
      `Version: ${version}`,
      `Release: ${release}`,
      ...(epoch === undefined ? [] : [`Epoch: ${epoch}`]),
    ],
    ...['Summary: For tests', 'License: MIT', 'BuildArch: noarch', ...fields, '%description', 'For tests'],
    ...['%install', `mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/share/test-package`],
    ...[file, ...paths.map(([path]) => path)].map((path) => `echo '${name} ${version}' > %{buildroot}${path}`),
    ...(post === undefined ? [] : ['%post', post]),
    ...['%files', file, ...paths.map(([path, line]) => `${line} ${path}`), ''],
  ].join('\n');
}
