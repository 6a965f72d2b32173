import type { Policy, PolicyTable } from './policy.ts';
import type { LimitName, SandboxLimits } from './sandbox.ts';

/** What a person wrote, checked: the established keys, each optional but the version and the image. */
export interface Manifest {
  readonly manifest_version: 1;
  readonly base: { readonly image: string };
  readonly system?: { readonly packages?: readonly string[] | undefined } | undefined;
  readonly gui?: { readonly apps?: readonly string[] | undefined } | undefined;
  readonly hardware?: { readonly gpu?: boolean | undefined; readonly audio?: boolean | undefined } | undefined;
  /** Label to `host:container`. */
  readonly mounts?: Readonly<Record<string, string>> | undefined;
  readonly runtime?: ManifestRuntime | undefined;
  /** Variables that every process inside has, build steps of `run` included. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly files?: readonly ManifestFiles[] | undefined;
  readonly run?: readonly ManifestRun[] | undefined;
  /** What this environment may be given at most, whatever the other keys say. */
  readonly policy?: PolicyTable | undefined;
  /** Plugins to load beside the built-in ones: package names, paths relative to the manifest, or plugins. */
  readonly plugins?: readonly unknown[] | undefined;
}

/** A file or directory of the project, copied into the environment. */
export interface ManifestFiles {
  /** Relative to the manifest's directory, and in it. */
  readonly source: string;
  /** Absolute path inside; of a directory, what is in it comes here. */
  readonly target: string;
  /** Permissions of every file as octal digits: `0644`. */
  readonly mode?: string | undefined;
}

/** A command that is run when the environment is built; what it changes is a layer. */
export interface ManifestRun {
  readonly name?: string | undefined;
  /** Text for `sh -c`, or a program and its arguments. */
  readonly command: string | readonly string[];
  readonly network?: boolean | undefined;
  /** Names of runs further up, whose changes this one sees. */
  readonly after?: readonly string[] | undefined;
}

export interface ManifestRuntime {
  readonly backend?: string | undefined;
  readonly network_isolation?: boolean | undefined;
  readonly resource_limits?: ManifestLimits | undefined;
}

export interface ManifestLimits extends Readonly<Partial<Record<LimitName, number | undefined>>> {
  readonly best_effort?: boolean | undefined;
}

export interface Mount {
  readonly label: string;
  /** As written: absolute, relative to the manifest's directory, or starting with `~/`. */
  readonly host: string;
  /** Absolute and normal. */
  readonly container: string;
}

/** One `[[files]]`, normal. */
export interface FilesRequest {
  readonly source: string;
  /** Absolute and normal. */
  readonly target: string;
  /** Four octal digits; `null` where each file's own permission to execute decides. */
  readonly mode: string | null;
}

/** One `[[run]]`, normal. */
export interface RunRequest {
  /** As given, or its place in the list, from 1. */
  readonly name: string;
  readonly command: readonly string[];
  readonly network: boolean;
  /** Sorted. */
  readonly after: readonly string[];
}

/**
 * Every default filled in, `null` for nothing. Every list sorted and without duplicates, but for `files` and `run`,
 * whose order counts. Plain JSON data.
 */
export interface NormalizedManifest {
  readonly manifest_version: 1;
  readonly base: { readonly image: string };
  readonly system: { readonly packages: readonly string[] };
  readonly gui: { readonly apps: readonly string[] };
  readonly hardware: { readonly gpu: boolean; readonly audio: boolean };
  readonly mounts: readonly Mount[];
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly FilesRequest[];
  readonly run: readonly RunRequest[];
  /** `null` where it forbids nothing. */
  readonly policy: Policy | null;
  readonly runtime: {
    readonly backend: string;
    readonly network_isolation: boolean;
    readonly resource_limits: SandboxLimits;
  };
}
