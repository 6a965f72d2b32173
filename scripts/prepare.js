// What npm calls by itself after `npm ci` and `npm install`: afterwards `npx karapace` works.
import { buildPackages, linkNode } from './setup/modules.js';
import { fail } from './setup/run.js';

if (!linkNode()) fail('npm brought no Node that runs here: is `optional` left out by an npm setting?');
await buildPackages();
