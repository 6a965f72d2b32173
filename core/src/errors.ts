/**
 * Every code a user can meet. Codes are part of the command line's contract: never reuse one, never change its meaning.
 * `docs/errors.md` explains each; a test keeps the two in step.
 */
export const ERROR_CODES = {
  MANIFEST_EXISTS: 2,
  MANIFEST_INVALID: 2,
  MANIFEST_NOT_FOUND: 2,
  MANIFEST_UNREADABLE: 2,
  MANIFEST_UNWRITABLE: 2,
  MANIFEST_UNEDITABLE: 2,
  CONFIG_INVALID: 2,
  FILES_INVALID: 2,
  POLICY_DENIED: 2,
  POLICY_INVALID: 2,
  IMAGE_UNKNOWN: 2,
  IMAGE_UNPINNED: 2,
  PACKAGE_UNKNOWN: 2,
  PACKAGE_CONFLICT: 2,
  LOCK_INVALID: 2,
  LOCK_MISSING: 2,
  LOCK_STALE: 2,
  LOCK_VERSION: 2,
  LOCK_IDS: 2,
  LOCK_BASE_CHANGED: 2,
  LOCK_UNWRITABLE: 2,
  STORE_BUSY: 3,
  STORE_CORRUPT: 3,
  STORE_FOREIGN: 3,
  STORE_FULL: 3,
  STORE_UNREADABLE: 3,
  STORE_UNWRITABLE: 3,
  STORE_VERSION: 3,
  ARCHIVE_INVALID: 1,
  BACKEND_UNKNOWN: 1,
  BACKEND_UNSUPPORTED: 1,
  BUILD_DIFFERS: 1,
  BUILD_FAILED: 1,
  CANCELLED: 1,
  DIFF_FAILED: 1,
  DOWNLOAD_CORRUPT: 1,
  DOWNLOAD_FAILED: 1,
  COMMIT_FAILED: 1,
  ENVIRONMENT_AMBIGUOUS: 1,
  ENVIRONMENT_ARCHIVED: 1,
  ENVIRONMENT_BUSY: 1,
  ENVIRONMENT_EXISTS: 1,
  ENVIRONMENT_FROZEN: 1,
  ENVIRONMENT_NOT_FOUND: 1,
  IMAGE_INVALID: 1,
  LOG_NOT_FOUND: 1,
  LAUNCHER_STALE: 1,
  MIRROR_FAILED: 1,
  NAME_INVALID: 1,
  NAME_TAKEN: 1,
  NAMESPACE_DENIED: 1,
  OFFLINE: 1,
  OUTPUT_FAILED: 1,
  PLUGIN_FAILED: 1,
  PLUGIN_INVALID: 1,
  PLUGIN_NOT_FOUND: 1,
  SANDBOX_FAILED: 1,
  SANDBOX_UNSAFE_ROOT: 1,
  SESSION_ENDED: 1,
  SNAPSHOT_AMBIGUOUS: 1,
  SNAPSHOT_NOT_FOUND: 1,
  SNAPSHOT_UNFIT: 1,
  TOOL_FAILED: 1,
  TOOL_MISSING: 1,
  USAGE: 1,
} as const satisfies Readonly<Record<string, ExitCode>>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** 1 failure, 2 manifest or lock, 3 store. */
export type ExitCode = 1 | 2 | 3;

/** A place in a file that a person wrote. Lines and columns count from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
}

export interface ErrorDetails {
  /** What to do, as an imperative with a full stop; a command in backticks where there is one. */
  readonly hint?: string | undefined;
  readonly place?: SourcePlace | undefined;
  readonly cause?: unknown;
}

/**
 * A failure that a user can reach. Anything else that is thrown is a bug.
 *
 * The message is one sentence without a full stop, with the offending value in backticks.
 */
export class KarapaceError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly place: SourcePlace | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.name = 'KarapaceError';
    this.code = code;
    this.hint = details.hint;
    this.place = details.place;
  }

  get exitCode(): ExitCode {
    return ERROR_CODES[this.code];
  }
}
