import '@karapace/backend-mock'; // refused
import '../build/build-layers.ts'; // refused
import '../contracts/manifest.ts';
import '../errors.ts';
import '../identity/canonical-json.ts';
import '../layers/plan-layers.ts'; // refused
import '../lock/create-lock.ts'; // refused
import '../plugin/hooks.ts'; // refused
import '../stages/init.ts'; // refused
import '../store/object-store.ts'; // refused
import './normalize-manifest.ts';
import 'node:child_process'; // refused
import 'node:fs'; // refused
import 'node:path';
import 'smol-toml';
import 'undici'; // refused
