import 'node:fs/promises'; // refused
