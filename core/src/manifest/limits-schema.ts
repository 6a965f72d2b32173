import { integer } from './schema-parts.ts';

/** The limits of `[runtime.resource_limits]`, and the maxima that a policy sets for them. */
export const limitFields = {
  cpu_shares: integer(2, 262_144)
    .describe('CPU time relative to others under load; 1024 is the usual share')
    .optional(),
  memory_limit_mb: integer(1, 2 ** 31)
    .describe('Most memory the environment may use, in MiB')
    .optional(),
  pids_limit: integer(16, 2 ** 22)
    .describe('Most processes and threads the environment may have')
    .optional(),
  open_files_limit: integer(64, 2 ** 20)
    .describe('Most files that a process of the environment may have open')
    .optional(),
  disk_limit_mb: integer(1, 2 ** 31)
    .describe('Most that the changes in the environment may take on the disk, in MiB')
    .optional(),
};
