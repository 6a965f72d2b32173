import { KarapaceError } from '@karapace/core';

export interface AddedPackage {
  readonly name: string;
  readonly version: string;
}

export interface SimulatedChanges {
  readonly added: readonly AddedPackage[];
  /** Names of packages of the image that would go. */
  readonly removed: readonly string[];
}

const LINE =
  /^\(\d+\/\d+\) (?<verb>Installing|Upgrading|Downgrading|Replacing|Reinstalling|Purging|Updating pinning) (?<name>[^\s@]+)(?:@\S+)? \((?:\S+ -> )?(?<version>\S+)\)$/u;

/**
 * Reads what `apk add --simulate` prints: `(1/2) Installing git (2.45.2-r0)`, `(2/2) Upgrading zlib (1.3-r0 -> 1.3.1-r0)`.
 *
 * @throws KarapaceError `TOOL_FAILED` for a numbered line in another form
 */
export function parseSimulation(output: string): SimulatedChanges {
  const changes = output
    .split('\n')
    .filter((line) => /^\(\s*\d+\/\d+\)/u.test(line))
    .map((line) => {
      const { verb, name, version } = LINE.exec(line.replace(/^\(\s+/u, '('))?.groups ?? {};
      if (verb === undefined || name === undefined || version === undefined)
        throw new KarapaceError('TOOL_FAILED', `apk printed \`${line}\` where a change was expected`);
      return { verb, name, version };
    });
  return {
    added: changes
      .filter(({ verb }) => verb !== 'Purging' && verb !== 'Updating pinning')
      .map(({ name, version }) => ({ name, version })),
    removed: changes.filter(({ verb }) => verb === 'Purging').map(({ name }) => name),
  };
}
