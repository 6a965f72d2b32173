import '../../../core/src/errors.ts'; // refused
import '@karapace/backend-mock';
import '@karapace/core';
import '@karapace/core/testing'; // refused
