import { isBuiltin } from 'node:module';
import { isAbsolute, join } from 'node:path';

import { rolldown, type Plugin } from 'rolldown';

import { nodeBuiltins } from './node-builtins.ts';

/** Many small files that most commands need. Each is used by one package alone, so there is no second copy at work. */
const INLINED = /^(?:tapable|cac|smol-toml|@noble\/hashes)(?:\/|$)/;

export interface BundleRequest {
  /** Names in `dist`, without `.js`. The first one is what every start loads. */
  readonly entries: readonly string[];
  /** The directory to write to; absolute. */
  readonly target: string;
}

/** Writes one file for each entry, one for what the first entry loads at once, and one for each part loaded later. */
export async function writeBundle(directory: string, { entries, target }: BundleRequest): Promise<void> {
  const graph = new Map<string, readonly string[]>();
  const bundle = await rolldown({
    cwd: directory,
    input: Object.fromEntries(entries.map((name) => [name, `./dist/${name}.js`])),
    platform: 'node',
    external: isOutside,
    plugins: [nodeBuiltins(), rememberImports(graph)],
  });
  try {
    const first = entries.slice(0, 1).map((name) => join(directory, 'dist', `${name}.js`));
    await bundle.write({
      dir: target,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
      comments: false,
      minify: { compress: false, mangle: false, codegen: { asciiOnly: true, removeWhitespace: false } },
      codeSplitting: { groups: [{ name: 'start', test: inClosure(first, graph) }] },
    });
  } finally {
    await bundle.close();
  }
}

function isOutside(id: string): boolean {
  return !id.startsWith('.') && !id.startsWith('\0') && !isBuiltin(id) && !isAbsolute(id) && !INLINED.test(id);
}

function rememberImports(graph: Map<string, readonly string[]>): Plugin {
  return {
    name: 'remember-imports',
    moduleParsed({ id, importedIds }) {
      graph.set(id, importedIds);
    },
  };
}

/** Whether a module is loaded as soon as `first` is. */
function inClosure(first: readonly string[], graph: ReadonlyMap<string, readonly string[]>): (id: string) => boolean {
  let closure: ReadonlySet<string> | undefined;
  return (id) => (closure ??= closureOf(first, graph)).has(id);
}

function closureOf(first: readonly string[], graph: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const closure = new Set(first);
  // A set that grows is walked to its new end.
  for (const id of closure) for (const imported of graph.get(id) ?? []) closure.add(imported);
  return closure;
}
