import type { Hooks } from './hooks.ts';

/** What a plugin is given. */
export interface PluginHost {
  readonly hooks: Hooks;
}

/** Made by a factory named after its package: `backendNamespace()`. */
export interface Plugin {
  /** Unique; the package's folder name. Taps carry it. */
  readonly name: string;
  apply(host: PluginHost): void;
}
