#!/usr/bin/env node
// Plain JavaScript that old versions of Node can read: it is here that they are told, or replaced. Every start of the
// program pays for what is imported here.
import module from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);

if (major > 24 || (major === 24 && minor >= 15)) {
  const folder = compileCacheFolder();
  if (folder !== undefined) module.enableCompileCache(folder);
  const { runCli } = await import('karapace');
  process.exitCode = await runCli(process.argv.slice(2));
} else {
  await import('./use-newer-node.js');
}

// The default place is below the shared /tmp, where somebody else could put code for us to run.
function compileCacheFolder() {
  const { XDG_CACHE_HOME: cache = '', HOME: home = homeOfUser() } = process.env;
  if (cache.startsWith('/')) return `${cache}/karapace/compile`;
  return home.startsWith('/') ? `${home}/.cache/karapace/compile` : undefined;
}

// Services start programs without HOME.
function homeOfUser() {
  try {
    return process.getBuiltinModule('node:os').homedir();
  } catch {
    // A user without an entry in passwd has none, and goes without the cache.
    return '';
  }
}
