import { fail } from './run.js';

const OLDEST_NODE = 20;
const PROCESSORS = ['x64', 'arm64'];

/** Stops early, with the reason, where nothing that follows could work. */
export function checkMachine() {
  const { version, platform, arch } = process;
  if (platform !== 'linux') fail(`Karapace needs Linux, and this is \`${platform}\``);
  if (!PROCESSORS.includes(arch))
    fail(`there is no Node for \`${arch}\` in this workspace, only for ${PROCESSORS.join(' and ')}`);
  if (Number.parseInt(version.slice(1), 10) < OLDEST_NODE) {
    fail(`Node ${OLDEST_NODE} or newer is needed to begin, and this is ${version}`);
  }
}
