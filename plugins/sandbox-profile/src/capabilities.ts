/**
 * What package tools and maintainer scripts need to install files of all owners, and nothing else: dpkg (owners, modes,
 * setuid bits, file capabilities), adduser, su and apt's fetchers (ids, signals to them).
 */
export const CAPABILITIES: readonly string[] = [
  'chown',
  'dac_override',
  'fowner',
  'fsetid',
  'kill',
  'setgid',
  'setuid',
  'setfcap',
];

/**
 * Besides, what tools need that make an image: they mount, make device nodes where they can, and change their root. Nothing
 * that opens more of the kernel, such as its networks.
 */
export const TOOLS_CAPABILITIES: readonly string[] = [
  ...CAPABILITIES,
  'dac_read_search',
  'mknod',
  'setpcap',
  'sys_admin',
  'sys_chroot',
];
