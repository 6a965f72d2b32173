/** Files of `/proc` that tell or change something about the whole machine: none of them can be read. */
export const MACHINE_FILES: readonly string[] = [
  ...[
    'interrupts',
    'kallsyms',
    'kcore',
    'key-users',
    'keys',
    'kmsg',
    'kpagecgroup',
    'kpagecount',
    'kpageflags',
    'latency_stats',
  ],
  ...['pagetypeinfo', 'sched_debug', 'slabinfo', 'sysrq-trigger', 'timer_list', 'vmallocinfo'],
].map((name) => `/proc/${name}`);

/** Root's own id owns these, and the kernel asks for no more than that before it lets somebody write there. */
export const READ_ONLY_PROC: readonly string[] = [
  ...['acpi', 'asound', 'bus', 'driver', 'fs', 'irq', 'mtrr', 'scsi', 'sys'],
].map((name) => `/proc/${name}`);

/** What runtimes read of `/sys` to learn how many processors and how much memory there is; nothing else is shown. */
export const VISIBLE_SYS: readonly string[] = ['/sys/devices/system/cpu', '/sys/devices/system/node'];
