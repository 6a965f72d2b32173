import '../contracts/lock.ts';
import '../layers/plan-layers.ts'; // refused
import '../lock/create-lock.ts'; // refused
import '../manifest/normalize-manifest.ts'; // refused
import '@noble/hashes/blake3.js';
import 'node:os'; // refused
