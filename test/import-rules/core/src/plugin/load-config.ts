import '@karapace/backend-mock'; // refused
import 'node:fs/promises';
