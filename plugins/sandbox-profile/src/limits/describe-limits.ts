import type { LimitPlan } from './plan-limits.ts';

/** One line for each thing that is limited. */
export function describeLimits({ groups, processes, disk, missing }: LimitPlan): readonly string[] {
  const { openFiles, fileBytes, processes: most } = processes;
  return [
    ...groups.map(({ parent, settings }) => {
      const values = settings.map(({ file, value }) => `\`${file}\` ${value}`);
      return `make a control group in \`${parent}\`: ${values.join(', ')}`;
    }),
    `limit open files to ${openFiles.soft}, and by request ${openFiles.hard}`,
    ...(fileBytes === null ? [] : [`limit the size of a file to ${fileBytes} bytes`]),
    ...(most === null ? [] : [`limit processes to ${most}`]),
    ...(disk === null ? [] : [`watch that \`${disk.upper}\` stays below ${disk.mebibytes} MiB`]),
    ...missing.map(({ limit, reason }) => `do without \`${limit}\`: ${reason}`),
  ];
}
