import fs from 'node:fs';
import path from 'node:path';

/** A directory with a store and the projects that it is used from. */
export interface Place {
  readonly directory: string;
  readonly store: string;
  /** The path of a project's manifest. */
  manifest(project: string): string;
  /** Writes a project's manifest, for the mock backend with these packages. */
  write(project: string, packages: readonly string[]): void;
}

export function placeAt(directory: string): Place {
  const manifest = (project: string) => path.join(directory, 'projects', project, 'karapace.toml');
  return {
    directory,
    store: path.join(directory, 'store'),
    manifest,
    write(project, packages) {
      const file = manifest(project);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(
        file,
        [
          'manifest_version = 1',
          '[base]\nimage = "debian/trixie"',
          `[system]\npackages = ${JSON.stringify(packages)}`,
          '[runtime]\nbackend = "mock"\n',
        ].join('\n'),
      );
    },
  };
}
