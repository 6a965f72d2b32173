import '../src/index.ts';
import '@karapace/core';
import '@karapace/core/testing';
import '@karapace/packages-apt'; // refused
import 'vitest';
