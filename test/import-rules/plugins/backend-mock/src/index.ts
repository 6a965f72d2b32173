import '../../../core/src/errors.ts'; // refused
import '../../packages-apt/src/index.ts'; // refused
import '@karapace/core';
import '@karapace/core/dist/errors.js'; // refused
import '@karapace/apt'; // refused
import '@karapace/core/testing'; // refused
import '@karapace/packages-apt'; // refused
import 'karapace'; // refused
import 'node:fs/promises';
import 'vitest'; // refused
