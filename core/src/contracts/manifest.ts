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
  /** Plugins to load beside the built-in ones: package names, paths relative to the manifest, or plugins. */
  readonly plugins?: readonly unknown[] | undefined;
}

export interface ManifestRuntime {
  readonly backend?: string | undefined;
  readonly network_isolation?: boolean | undefined;
  readonly resource_limits?:
    | { readonly cpu_shares?: number | undefined; readonly memory_limit_mb?: number | undefined }
    | undefined;
}

export interface Mount {
  readonly label: string;
  /** As written: absolute, relative to the manifest's directory, or starting with `~/`. */
  readonly host: string;
  /** Absolute and normal. */
  readonly container: string;
}

/** Every default filled in, every list sorted and without duplicates, `null` for nothing. Plain JSON data. */
export interface NormalizedManifest {
  readonly manifest_version: 1;
  readonly base: { readonly image: string };
  readonly system: { readonly packages: readonly string[] };
  readonly gui: { readonly apps: readonly string[] };
  readonly hardware: { readonly gpu: boolean; readonly audio: boolean };
  readonly mounts: readonly Mount[];
  readonly runtime: {
    readonly backend: string;
    readonly network_isolation: boolean;
    readonly resource_limits: { readonly cpu_shares: number | null; readonly memory_limit_mb: number | null };
  };
}
