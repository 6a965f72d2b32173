import type { DataPath, ManifestSource, SourcePosition } from './manifest-source.ts';
import type { ScannedKey } from './toml-scan.ts';

/** Line and column of an offset in a text. */
export function positionAt(text: string, offset: number): SourcePosition {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

/**
 * A source whose positions come from a scan of its text.
 *
 * @param scan called when a position is first asked for
 */
export function sourceOfText(file: string, text: string, scan: () => readonly ScannedKey[]): ManifestSource {
  let found: ReadonlyMap<string, ScannedKey> | undefined;
  return {
    file,
    locate(path, part) {
      found ??= firstOfEach(scan());
      for (let length = path.length; length > 0; length -= 1) {
        const key = found.get(JSON.stringify(path.slice(0, length)));
        if (key === undefined) continue;
        return positionAt(text, part === 'value' && length === path.length ? key.valueAt : key.keyAt);
      }
      return { line: 1, column: 1 };
    },
  };
}

function firstOfEach(keys: readonly ScannedKey[]): ReadonlyMap<string, ScannedKey> {
  return new Map(keys.toReversed().map((key) => [JSON.stringify(key.path), key]));
}

/** The first place that gave the same key. */
export function firstGiven(keys: readonly ScannedKey[], path: DataPath): ScannedKey | undefined {
  const name = JSON.stringify(path);
  return keys.find((key) => JSON.stringify(key.path) === name);
}

/** The inverse of `positionAt`. */
export function offsetOf(text: string, { line, column }: SourcePosition): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.reduce((sum, { length }) => sum + length + 1, column - 1);
}
