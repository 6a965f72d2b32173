import '@karapace/apt';
import '@karapace/backend-mock'; // refused
import '@karapace/core';
import '@karapace/core/testing'; // refused
