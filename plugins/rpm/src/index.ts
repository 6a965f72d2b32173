export { chooseProvider, findWrongNames, type KnownName, type KnownNames } from './choose-packages.ts';
export { findTool } from './find-tool.ts';
export { parseAsked } from './package-request.ts';
export { parsePackage, type PrimaryPackage } from './parse-package.ts';
export { printVersion, type RepositoryArchive } from './pin-archive.ts';
export { pinSolution } from './pin-solution.ts';
export { planInstall } from './plan-install.ts';
export { readPrimary } from './read-primary.ts';
export { readTags } from './xml-tags.ts';
