import type { Hook } from 'tapable';

import { KarapaceError } from '../errors.ts';
import { findFactory } from './find-factory.ts';
import { importPlugin } from './import-plugin.ts';
import type { Hooks } from './hooks.ts';
import type { Plugin, PluginHost } from './plugin.ts';

export interface LoadedPlugin extends Plugin {
  /** The module's URL, or the plugin as it was given: tells a plugin loaded twice from a namesake. */
  readonly origin: unknown;
}

/** Origins by plugin name. */
export type AppliedPlugins = Map<string, unknown>;

/**
 * Loads plugins; those of Karapace itself come through this door, too.
 *
 * @param specifiers package names, paths (absolute, or relative to a base) and plugins
 * @param bases file URLs from which names are resolved, the first that knows one answers
 * @throws KarapaceError `PLUGIN_NOT_FOUND`, `PLUGIN_INVALID`
 */
export async function loadPlugins(
  specifiers: readonly unknown[],
  bases: readonly string[],
): Promise<readonly LoadedPlugin[]> {
  return Promise.all(specifiers.map((specifier) => loadPlugin(specifier, bases)));
}

export interface PluginsBefore {
  /** What has tapped the hooks already; what is applied now is added. */
  readonly applied: AppliedPlugins;
  /** Those of Karapace itself. One of a project may have the name of one of them: its settings, which count first. */
  readonly builtIn: ReadonlyMap<string, unknown>;
}

/**
 * Lets plugins tap the hooks, in the order given. What is applied already, from the same origin, is passed over.
 *
 * @throws KarapaceError `PLUGIN_INVALID` for two plugins of one name, `PLUGIN_FAILED`
 */
export function applyPlugins(
  plugins: readonly (Plugin | LoadedPlugin)[],
  host: PluginHost,
  { applied, builtIn }: PluginsBefore = { applied: new Map(), builtIn: new Map() },
): AppliedPlugins {
  for (const plugin of plugins) {
    const { name } = plugin;
    const origin = 'origin' in plugin ? plugin.origin : plugin;
    const before = applied.get(name);
    if (before === origin) continue;
    const isSettings = builtIn.has(name) && builtIn.get(name) === before;
    if (before !== undefined && !isSettings) throw namesake(plugin);
    applied.set(name, origin);
    apply(plugin, isSettings ? answeringFirst(host) : host);
  }
  return applied;
}

/** What taps these hooks is asked before everything that taps the original ones without a stage of its own. */
function answeringFirst({ hooks }: PluginHost): PluginHost {
  const entries = Object.entries(hooks as unknown as Readonly<Record<string, Hook<unknown, unknown>>>);
  const first = Object.fromEntries(entries.map(([name, hook]) => [name, hook.withOptions({ stage: -1 })]));
  return { hooks: Object.freeze(first) as unknown as Hooks };
}

async function loadPlugin(specifier: unknown, bases: readonly string[]): Promise<LoadedPlugin> {
  if (typeof specifier === 'string') {
    const { module, url } = await importPlugin(specifier, bases);
    const factory = findFactory(module, specifier);
    const plugin: unknown =
      typeof factory === 'function' ? await callFactory(factory as () => unknown, specifier) : factory;
    return loaded(checkPlugin(plugin, `The plugin \`${specifier}\``), url);
  }
  return loaded(checkPlugin(specifier, 'An entry of `plugins`'), specifier);
}

function loaded(plugin: Plugin, origin: unknown): LoadedPlugin {
  return { name: plugin.name, apply: (host) => plugin.apply(host), origin };
}

async function callFactory(factory: () => unknown, specifier: string): Promise<unknown> {
  try {
    return await factory();
  } catch (error) {
    throw failed(specifier, 'when it was made', error);
  }
}

function apply(plugin: Plugin, host: PluginHost): void {
  try {
    plugin.apply(host);
  } catch (error) {
    throw failed(plugin.name, 'in `apply`', error);
  }
}

function failed(name: string, when: string, error: unknown): unknown {
  if (error instanceof KarapaceError) return error;
  return new KarapaceError('PLUGIN_FAILED', `Plugin \`${name}\` failed ${when}`, {
    hint: 'Report this to the author of the plugin; run again with `--trace` for the stack.',
    cause: error,
  });
}

function checkPlugin(value: unknown, subject: string): Plugin {
  if (typeof value === 'function') {
    throw new KarapaceError('PLUGIN_INVALID', `${subject} is a function, not a plugin`, {
      hint: `Call it: write \`${value.name || 'plugin'}()\` instead of \`${value.name || 'plugin'}\`.`,
    });
  }
  if (isPlugin(value)) return value;
  throw new KarapaceError('PLUGIN_INVALID', `${subject} is not an object with a \`name\` and an \`apply\` function`, {
    hint: 'See `docs/plugins.md` for what a plugin is.',
  });
}

function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== 'object' || value === null || !('name' in value) || !('apply' in value)) return false;
  return typeof value.name === 'string' && value.name !== '' && typeof value.apply === 'function';
}

function namesake(plugin: Plugin): KarapaceError {
  return new KarapaceError('PLUGIN_INVALID', `Two plugins are called \`${plugin.name}\``, {
    hint: 'Remove one of them from `plugins`; a built-in one need not be named there unless you give it settings.',
  });
}
