import '../contracts/lock.ts';
import '../identity/env-identity.ts';
import '../layers/plan-layers.ts'; // refused
import '../manifest/normalize-manifest.ts';
import '../stages/lock.ts'; // refused
import '../store/object-store.ts'; // refused
import 'node:fs/promises'; // refused
