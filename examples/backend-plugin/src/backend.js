import { existsSync } from 'node:fs';

import { checkSpec } from './check-spec.js';
import { bwrapOptions, setupScript } from './plan.js';
import { signalSandbox, startSession } from './session.js';

/** @returns {Promise<import('@karapace/core').Backend>} */
export async function openBackend() {
  return {
    name: 'bubble',
    capabilities: async () => ({
      ids: 'single',
      networkIsolation: true,
      limits: [],
      terminal: false,
      cutsAbstractSockets: false,
    }),
    idSpace: async (ids) => {
      checkSpec({ ids });
      return {
        ids,
        description: 'single id',
        wrap: (command) => ['unshare', '--user', '--map-root-user', '--', ...command],
      };
    },
    plan: (spec) => [...setupScript(spec).split('\n'), ['bwrap', ...bwrapOptions(spec)].join(' ')],
    start: async (spec, options) => {
      checkSpec({ ...spec, join: options.join });
      return startSession(spec, options);
    },
    signal: signalSandbox,
    doctor: async () => ['bwrap', 'unshare', 'setpriv'].map(checkTool),
  };
}

const PACKAGES = { bwrap: 'bubblewrap', unshare: 'util-linux', setpriv: 'util-linux' };

/** @param {keyof typeof PACKAGES} tool */
function checkTool(tool) {
  const found = ['/usr/bin', '/bin'].map((directory) => `${directory}/${tool}`).find((file) => existsSync(file));
  const fix = { description: `Install \`${PACKAGES[tool]}\``, debianPackages: [PACKAGES[tool]] };
  return {
    id: tool,
    title: `program \`${tool}\``,
    state: /** @type {const} */ (found === undefined ? 'failed' : 'ok'),
    detail: found ?? 'not installed',
    fix: found === undefined ? fix : null,
  };
}
