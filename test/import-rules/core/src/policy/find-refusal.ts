import '../contracts/policy.ts';
import '../manifest/inside-path.ts';
import '../lock/print-toml.ts';
import '../store/object-store.ts'; // refused
import '../stages/exec.ts'; // refused
import 'node:fs'; // refused
