import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { backendMock } from '@karapace/backend-mock';
import {
  createKarapace,
  type BuildAllOptions,
  type BuildOutcome,
  type BuildResult,
  type Karapace,
} from '@karapace/core';

/** The engine in this process, on an empty store, with the mock backend. */
export interface Workshop extends AsyncDisposable {
  readonly engine: Karapace;
  readonly directory: string;
  /** What was told, in order: `started run-a`, `run-a fetch…`, `…fetch run-a`, `built run-a`, `reused base`. */
  readonly events: string[];
  /** Writes files below the directory: path to text. */
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** Writes `project/karapace.toml` and builds it. */
  build(manifest: string, options?: BuildAllOptions): Promise<BuildResult>;
  /** Builds several directories at once. */
  buildAll(names: readonly string[], options?: Partial<BuildAllOptions>): Promise<readonly BuildOutcome[]>;
  /** What a command prints in an environment. */
  exec(reference: string, ...command: readonly string[]): Promise<string>;
}

export async function openWorkshop(): Promise<Workshop> {
  const directory = await mkdtemp(path.join(tmpdir(), 'karapace-test-'));
  const storeRoot = path.join(directory, 'store');
  const engine = await createKarapace({ storeRoot, plugins: [backendMock()], pluginBases: [] });
  const write = async (files: Readonly<Record<string, string>>): Promise<void> => {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(directory, name);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
  };
  return {
    engine,
    directory,
    events: listen(engine),
    write,
    async build(manifest, options) {
      await write({ 'project/karapace.toml': manifest });
      return engine.build('project', { directory, ...options });
    },
    buildAll: (names, options) => engine.buildAll(names, { directory, ...options }),
    exec: (reference, ...command) => run(engine, reference, command),
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function listen({ hooks }: Karapace): string[] {
  const events: string[] = [];
  const note = (event: string): void => void events.push(event);
  hooks.layerStarted.tap('test', ({ layer }) => note(`started ${layer.name}`));
  hooks.layerPhaseStarted.tap('test', ({ layer, phase }) => note(`${layer.name} ${phase}…`));
  hooks.layerPhaseFinished.tap('test', ({ layer, phase }) => note(`…${phase} ${layer.name}`));
  hooks.layerBuilt.tap('test', ({ name }) => note(`built ${name}`));
  hooks.layerFailed.tap('test', ({ layer }) => note(`failed ${layer.name}`));
  hooks.layerReused.tap('test', ({ name }) => note(`reused ${name}`));
  hooks.warningGiven.tap('test', (message) => note(`warning ${message}`));
  return events;
}

async function run(engine: Karapace, reference: string, command: readonly string[]): Promise<string> {
  const chunks: Buffer[] = [];
  await engine.exec(reference, {
    command,
    terminal: false,
    streams: { stdin: 'ignore', stdout: (chunk) => void chunks.push(chunk), stderr: 'ignore' },
    caller: { directory: '/', home: undefined, term: undefined },
  });
  return Buffer.concat(chunks).toString();
}

/** The names of the layers that a build made. */
export function madeBy({ layers }: BuildResult): readonly string[] {
  return layers.filter(({ reused }) => !reused).map(({ name }) => name);
}

export const MOCK =
  'manifest_version = 1\n[base]\nimage = "debian/trixie"\n[system]\npackages = ["git"]\n[runtime]\nbackend = "mock"\n';

/** One `[[run]]`. */
export function runTable(name: string, command: string, more = ''): string {
  return `[[run]]\nname = "${name}"\ncommand = "${command}"\n${more}\n`;
}
