import '../../../plugins/backend-mock/src/index.ts'; // refused
import '../store/object-store.ts';
import '../testing/memory-disk.ts'; // refused
import '../testing.ts'; // refused
import '@karapace/core'; // refused
import 'node:fs'; // refused
import 'p-queue';
import 'vitest'; // refused

export { readFile } from 'node:fs/promises'; // refused
export const lazily = () => import('node:fs/promises'); // refused
