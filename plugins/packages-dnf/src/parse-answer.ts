import { KarapaceError } from '@karapace/core';
import type { KnownName, RepositoryArchive } from '@karapace/rpm';

/** What the image's dnf has answered. */
export interface Answer {
  readonly known: ReadonlyMap<string, KnownName>;
  /** Every name, when not all of those asked for are clear. */
  readonly exist: readonly string[];
  readonly archives: readonly RepositoryArchive[];
  /** Names of what is installed and would go. */
  readonly removed: readonly string[];
  /** Whether the archives are the whole of a solution. */
  readonly isSolved: boolean;
  /** What dnf says of mirrors, keys and signatures; of packages that exclude each other. */
  readonly mirror: string | undefined;
  readonly conflict: string | undefined;
}

/**
 * Reads the records that the program prints.
 *
 * @throws KarapaceError `TOOL_FAILED` for a record in another form
 */
export function parseAnswer(output: string): Answer {
  const records = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
  const of = (kind: string) => records.filter(([is]) => is === kind).map(([, ...fields]) => fields);
  const providers = new Map(of('providers').map(([name = '', ...others]) => [name, others]));
  const known = of('name').map(
    ([name = '', ...versions]) => [name, { versions, providers: providers.get(name) ?? [] }] as const,
  );
  return {
    known: new Map(known),
    exist: of('exists').map(([name = '']) => name),
    archives: of('archive').map(parseArchive),
    removed: of('removed').map(([name = '']) => name),
    isSolved: of('solved').length > 0,
    mirror: of('mirror')[0]?.join(' '),
    conflict: of('conflict')[0]?.join(' '),
  };
}

const ARCHIVE_FIELDS = 11;

function parseArchive(fields: readonly string[]): RepositoryArchive {
  if (fields.length !== ARCHIVE_FIELDS) {
    throw new KarapaceError(
      'TOOL_FAILED',
      `dnf in the image answered \`${fields.join(' ')}\` where an archive was expected`,
    );
  }
  const [name = '', epoch = '', version = '', release = '', arch = '', repository = ''] = fields;
  const [base = '', location = '', size = '', type = '', digest = ''] = fields.slice(6);
  const checksum = { type, digest };
  return { name, epoch, version, release, arch, repository, base, location, size: Number(size), checksum };
}
