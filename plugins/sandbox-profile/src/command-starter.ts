/** How a backend starts the command once the root is put together: the last part of the set-up script. */
export interface CommandStarter {
  /** Programs of the host that it cannot do without. */
  readonly tools: readonly string[];
  /** What its lines read on descriptors 4, 5 and so on. */
  readonly inputs: readonly (string | Buffer)[];
  /** Lines of shell that run before it, with the status channel on descriptor 2. */
  readonly prepare: string;
  /** One command of the shell, in which `"$@"` is the command of the plan. */
  readonly command: string;
  /** Lines of shell that run after it, with its exit code in `$code`; empty where nothing needs to be said. */
  readonly report: string;
  /** Whether `command` says on the status channel that the command's namespaces are made; otherwise they are looked for. */
  readonly reportsChild: boolean;
}
