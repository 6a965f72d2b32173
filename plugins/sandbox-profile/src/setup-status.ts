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
  return {
    isReady: lines.includes('?ready'),
    isStarted: lines.includes('?started'),
    isFuse: lines.includes('?fuse'),
    hasChild: reports.some((report) => 'child-pid' in report),
    exitCode: reports.find((report) => 'exit-code' in report)?.['exit-code'] ?? null,
    failure: parseFailure(lines.find((line) => line.startsWith('!'))),
    messages: lines.filter((line) => !/^[?!{]/u.test(line)),
  };
}

function parseReport(line: string): { readonly 'child-pid'?: number; readonly 'exit-code'?: number } {
  try {
    return JSON.parse(line) as { 'child-pid'?: number; 'exit-code'?: number };
  } catch {
    // A tool's message that only looks like a report says nothing about the command.
    return {};
  }
}

function parseFailure(line: string | undefined): SetupFailure | null {
  const match = /^!(\d+) (\S+) (.*)$/u.exec(line ?? '');
  return match === null ? null : { step: Number(match[1]), kind: match[2] ?? '', detail: match[3] ?? '' };
}
