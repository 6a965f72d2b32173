export { APT_SETTINGS } from './apt-settings.ts';
export { archiveFileName } from './archive-file-name.ts';
export { findMissingSuites, mirrorError } from './mirror-error.ts';
export { LISTS_IN_CACHE, listsCacheName, UPDATED } from './lists-cache.ts';
export { parsePrintedUris } from './parse-printed-uris.ts';
