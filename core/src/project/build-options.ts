export interface BuildOptions {
  /** The caller's directory: where the search for a manifest starts. */
  readonly directory: string;
  readonly name?: string | undefined;
  /** Never resolve again; `if-present` means that only where there is a lock. Default false. */
  readonly locked?: boolean | 'if-present' | undefined;
  /** Open no socket. Default false. */
  readonly offline?: boolean | undefined;
  readonly requirePinnedImage?: boolean | undefined;
  /** Begin a new generation: what was changed in the environment since its build is gone. Default false. */
  readonly fresh?: boolean | undefined;
  /** Build everything a second time and compare the bytes. */
  readonly check?: boolean | undefined;
  /** Sandboxes that run at once. Default 2. */
  readonly jobs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}
