import '../build/build-layers.ts';
import './lock.ts'; // refused
import './stage-context.ts';
import '@karapace/packages-apt'; // refused
import 'karapace'; // refused
import 'node:fs/promises'; // refused
