import { defineConfig } from 'oxlint';

import config from '../../oxlint.config.ts';

// The repository's own rules, seen from here: patterns count from the folder that a configuration lies in.
export default defineConfig({ ...config, ignorePatterns: [], options: {} });
