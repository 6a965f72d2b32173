import { createHooks, type Hooks } from './hooks.ts';
import { applyPlugins, loadPlugins } from './load-plugins.ts';

/**
 * Answers for backends that no plugin provides. What else the plugins of these do is not asked for.
 *
 * @param backends specifiers of plugins by backend, each loaded when its backend is first opened
 * @param bases file URLs from which they are resolved
 */
export function provideBackends(
  hooks: Hooks,
  backends: Readonly<Record<string, string>>,
  bases: readonly string[],
): void {
  const loaded = new Map<string, Promise<Hooks>>();
  const load = async (specifier: string): Promise<Hooks> => {
    const own = createHooks();
    applyPlugins(await loadPlugins([specifier], bases), { hooks: own });
    return own;
  };
  hooks.openBackend.tapPromise({ name: 'core', stage: 1_000 }, async (name) => {
    const specifier = Object.hasOwn(backends, name) ? backends[name] : undefined;
    if (specifier === undefined) return undefined;
    const provider = loaded.get(specifier) ?? load(specifier);
    loaded.set(specifier, provider);
    return (await provider).openBackend.promise(name);
  });
}
