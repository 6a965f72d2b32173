import '@karapace/core/testing';
import '@karapace/packages-dnf'; // refused
import 'vitest';
