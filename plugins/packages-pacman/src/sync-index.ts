/** What a repository's database says of one package; fields that it does not have are empty. */
export interface SyncPackage {
  readonly repository: string;
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly file: string;
  /** Bytes of the archive, as written. */
  readonly size: string;
  /** 64 hex digits. */
  readonly sha256: string;
  /** Names that it provides besides its own, without versions. */
  readonly provides: readonly string[];
  readonly groups: readonly string[];
}

/** What the image has, and what its repositories have, in the order in which pacman asks them. */
export interface PackageIndex {
  /** Version by name. */
  readonly installed: ReadonlyMap<string, string>;
  readonly packages: readonly SyncPackage[];
  /** The levels of signature checks for each repository, in the words of pacman-conf: `PackageRequired`, ... */
  readonly levels: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads blocks as pacman's databases have them: a line `%FIELD%`, its values, an empty line. A record begins with
 * `%FILENAME%`. Ours are `%INSTALLED%` (lines of name and version), `%REPOSITORY%` and `%LEVELS%`.
 */
export function parseIndex(text: string): PackageIndex {
  const installed = new Map<string, string>();
  const levels = new Map<string, readonly string[]>();
  const packages: SyncPackage[] = [];
  let repository = '';
  for (const block of records(text)) {
    repository = block.get('REPOSITORY')?.[0] ?? repository;
    const ownLevels = block.get('LEVELS');
    if (ownLevels !== undefined) levels.set(repository, ownLevels);
    for (const line of block.get('INSTALLED') ?? []) installed.set(...nameAndVersion(line));
    if (block.has('NAME')) packages.push(toPackage(repository, block));
  }
  return { installed, packages, levels };
}

const FIRST_FIELDS: ReadonlySet<string> = new Set(['INSTALLED', 'REPOSITORY', 'FILENAME']);

function* records(text: string): Generator<ReadonlyMap<string, readonly string[]>> {
  let record = new Map<string, readonly string[]>();
  for (const [field, values] of blocks(text)) {
    if (FIRST_FIELDS.has(field) && record.size > 0) {
      yield record;
      record = new Map();
    }
    record.set(field, values);
  }
  yield record;
}

function nameAndVersion(line: string): [name: string, version: string] {
  const [name = '', version = ''] = line.split(' ');
  return [name, version];
}

function toPackage(repository: string, record: ReadonlyMap<string, readonly string[]>): SyncPackage {
  const list = (field: string): readonly string[] => record.get(field) ?? [];
  const one = (field: string): string => list(field)[0] ?? '';
  return {
    repository,
    name: one('NAME'),
    version: one('VERSION'),
    arch: one('ARCH'),
    file: one('FILENAME'),
    size: one('CSIZE'),
    sha256: one('SHA256SUM'),
    provides: list('PROVIDES').map(withoutVersion),
    groups: list('GROUPS'),
  };
}

/** `libc.so=6-64` provides `libc.so`. */
function withoutVersion(provided: string): string {
  return provided.split(/[<=>]/u, 1)[0] ?? '';
}

function* blocks(text: string): Generator<readonly [field: string, values: readonly string[]]> {
  let field: string | undefined;
  let values: string[] = [];
  for (const line of text.split('\n')) {
    const [, heading] = /^%([A-Z0-9]+)%$/u.exec(line) ?? [];
    if (heading !== undefined && field === undefined) field = heading;
    else if (line !== '') values.push(line);
    else if (field !== undefined) {
      yield [field, values];
      [field, values] = [undefined, []];
    }
  }
  if (field !== undefined) yield [field, values];
}
