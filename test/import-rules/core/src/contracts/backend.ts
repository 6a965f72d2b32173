import '../errors.ts'; // refused
import '../store/object-store.ts'; // refused
import './ids.ts';
import 'node:stream';
