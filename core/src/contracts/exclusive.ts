export interface ExclusiveOptions {
  /** Called once if somebody else holds it: the holder's pid and command where they can be read. */
  readonly onWait?: ((holder: string) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
