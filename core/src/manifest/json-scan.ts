import type { DataPath } from './manifest-source.ts';
import { MAX_DEPTH, type ScannedKey } from './toml-scan.ts';

export interface JsonScan {
  /** Keys and list items, in file order; keys given twice appear twice. */
  readonly keys: readonly ScannedKey[];
  /** Where it is nested too deep; the scan ends there. */
  readonly tooDeepAt: number | undefined;
}

type Container = { readonly path: DataPath; readonly isList: boolean; index: number };

const TOKEN = /"(?:\\.|[^"\\])*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Finds where each key and value of a JSON text stands. The text is one that `JSON.parse` has accepted. */
export function scanJson(text: string): JsonScan {
  const keys: ScannedKey[] = [];
  const open: Container[] = [];
  let pending: { path: DataPath; keyAt: number } | undefined;

  for (const { 0: token, index: at } of text.matchAll(TOKEN)) {
    const inside = open.at(-1);
    if (token === ',' || token === ':') continue;
    if (token === '}' || token === ']') {
      open.pop();
      continue;
    }
    if (inside !== undefined && !inside.isList && pending === undefined) {
      pending = { path: [...inside.path, String(JSON.parse(token))], keyAt: at };
      continue;
    }
    const place = pending ?? itemOf(inside, at);
    pending = undefined;
    if (inside !== undefined) keys.push({ ...place, valueAt: at });
    if (token !== '{' && token !== '[') continue;
    if (open.length === MAX_DEPTH) return { keys, tooDeepAt: at };
    open.push({ path: place.path, isList: token === '[', index: 0 });
  }
  return { keys, tooDeepAt: undefined };
}

function itemOf(list: Container | undefined, at: number): { path: DataPath; keyAt: number } {
  if (list === undefined) return { path: [], keyAt: at };
  list.index += 1;
  return { path: [...list.path, list.index - 1], keyAt: at };
}
