/**
 * Seconds since 1970 that everything built carries: 2 January 1980. Zip cannot hold earlier times, and password
 * ageing takes day 0 for "expired".
 */
export const BUILD_EPOCH = 315_619_200;

/** The whole environment of a build step, before the plugin's own additions. */
export const BUILD_ENVIRONMENT: Readonly<Record<string, string>> = {
  DEBIAN_FRONTEND: 'noninteractive',
  HOME: '/root',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  LOGNAME: 'root',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  SHELL: '/bin/sh',
  SOURCE_DATE_EPOCH: String(BUILD_EPOCH),
  TERM: 'dumb',
  TZ: 'UTC',
  USER: 'root',
};

/** Where a layer's archives are mounted, read only, while it is built. */
export const ARCHIVES_INSIDE = '/run/karapace/archives';
