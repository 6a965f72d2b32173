/** What the script and `bwrap` said on the status channel. */
export interface SetupStatus {
  readonly isReady: boolean;
  readonly isStarted: boolean;
  /** Whether `fuse-overlayfs` took the kernel's place. */
  readonly isFuse: boolean;
  /** Whether `bwrap` made its namespaces. */
  readonly hasChild: boolean;
  /** The command's code, once it ran and ended. */
  readonly exitCode: number | null;
  readonly failure: SetupFailure | null;
  /** What an OCI runtime wrote to its log as an error. */
  readonly errors: readonly string[];
  /** What tools said. */
  readonly messages: readonly string[];
}

export interface SetupFailure {
  /** Index in the plan. */
  readonly step: number;
  readonly kind: string;
  readonly detail: string;
}

/** Parses everything that came so far; an unfinished last line is left for the next time. */
export function parseSetupStatus(text: string): SetupStatus {
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '');
  const reports = lines.filter((line) => line.startsWith('{')).map(parseReport);
  const errors = reports.flatMap(errorOf);
  return {
    isReady: lines.includes('?ready'),
    isStarted: lines.includes('?started'),
    isFuse: lines.includes('?fuse'),
    hasChild: reports.some((report) => 'child-pid' in report),
    // Who starts the command in vain ends too, with a code of its own.
    exitCode: errors.length > 0 ? null : (reports.find((report) => 'exit-code' in report)?.['exit-code'] ?? null),
    errors,
    failure: parseFailure(lines.find((line) => line.startsWith('!'))),
    messages: lines.filter((line) => !/^[?!{]/u.test(line)),
  };
}

interface Report {
  readonly 'child-pid'?: number;
  readonly 'exit-code'?: number;
  /** A runtime's log: crun and runc have `msg`, youki `fields`. */
  readonly level?: string;
  readonly msg?: string;
  readonly fields?: { readonly message?: string };
}

function errorOf({ level, msg, fields }: Report): readonly string[] {
  return /^(?:error|fatal)$/iu.test(level ?? '') ? [msg ?? fields?.message ?? 'it does not say why'] : [];
}

function parseReport(line: string): Report {
  try {
    return JSON.parse(line) as Report;
  } catch {
    // A tool's message that only looks like a report says nothing about the command.
    return {};
  }
}

function parseFailure(line: string | undefined): SetupFailure | null {
  const match = /^!(\d+) (\S+) (.*)$/u.exec(line ?? '');
  return match === null ? null : { step: Number(match[1]), kind: match[2] ?? '', detail: match[3] ?? '' };
}
