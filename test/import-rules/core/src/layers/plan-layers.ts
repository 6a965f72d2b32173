import '../build/build-layers.ts'; // refused
import '../identity/layer-key.ts';
import '../lock/create-lock.ts';
import '../store/object-store.ts'; // refused
import 'node:fs'; // refused
import 'p-queue'; // refused
