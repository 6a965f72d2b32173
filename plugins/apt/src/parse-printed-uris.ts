import { KarapaceError, type ArchivePin } from '@karapace/core';

/** `'<url>' <name>_<version>_<arch>.deb <size> SHA256:<digest>` */
const LINE = /^'(?<url>[^']+)' (?<file>\S+)\.deb (?<size>\d+) SHA256:(?<sha256>[0-9a-f]{64})$/u;

/**
 * Reads what `apt-get --print-uris` prints under `APT_SETTINGS`, in its order.
 *
 * @throws KarapaceError `TOOL_FAILED` for a line in another form
 */
export function parsePrintedUris(output: string): readonly ArchivePin[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);
}

function parseLine(line: string): ArchivePin {
  const { url, file = '', size, sha256 } = LINE.exec(line)?.groups ?? {};
  const [name, version, arch, ...rest] = file.split('_').map(unquote);
  if (!url || !name || !version || !arch || rest.length > 0 || sha256 === undefined) {
    throw new KarapaceError('TOOL_FAILED', `apt printed \`${line}\` where an archive with its SHA-256 was expected`, {
      hint: 'Use a mirror whose indexes have SHA-256 sums: every release since 2010 has.',
    });
  }
  return { name, version, arch, url, size: Number(size), sha256 };
}

/** apt writes `_` and `:` of a field as `%5f` and `%3a`. */
function unquote(field: string): string {
  return field.replaceAll(/%([0-9a-f]{2})/gu, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 16)));
}
