import '../build/hash-pool.ts';
import '../contracts/store.ts';
import '../stages/build.ts'; // refused
import '@karapace/backend-mock'; // refused
import 'node:fs';
import 'node:fs/promises';
