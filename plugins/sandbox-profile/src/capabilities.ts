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
