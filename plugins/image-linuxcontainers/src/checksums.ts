/** The digest of a file in the text that `sha256sum` prints; `undefined` where it has none, or two. */
export function findChecksum(text: string, file: string): string | undefined {
  const found = text.split('\n').flatMap((line) => {
    const { digest, name } = /^(?<digest>[0-9a-f]{64}) [ *](?<name>.+)$/u.exec(line)?.groups ?? {};
    return name === file && digest !== undefined ? [digest] : [];
  });
  const [digest, ...others] = new Set(found);
  return others.length === 0 ? digest : undefined;
}
