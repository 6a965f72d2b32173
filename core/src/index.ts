// What is exported here is the public API; nothing else is.
export {
  KarapaceError,
  ERROR_CODES,
  type ErrorCode,
  type ErrorDetails,
  type ExitCode,
  type SourcePlace,
} from './errors.ts';

export type * from './contracts/backend.ts';
export type * from './contracts/environment-store.ts';
export type * from './contracts/exclusive.ts';
export type * from './contracts/explanation.ts';
export type * from './contracts/frontend.ts';
export type * from './contracts/garbage.ts';
export type * from './contracts/http.ts';
export type * from './contracts/ids.ts';
export type * from './contracts/image-source.ts';
export type * from './contracts/lock.ts';
export type * from './contracts/manifest.ts';
export type * from './contracts/package-manager.ts';
export type * from './contracts/policy.ts';
export type * from './contracts/sandbox.ts';
export type * from './contracts/store.ts';
export type * from './contracts/tool-context.ts';
export type * from './contracts/tree-store.ts';
export type * from './contracts/verify.ts';
export { ARCHIVES_INSIDE, BUILD_ENVIRONMENT, BUILD_EPOCH } from './layers/build-environment.ts';
export { COMMON_SCRUB_SCRIPT } from './layers/common-scrub-script.ts';

export { firstFailure } from './first-failure.ts';
export { keepFetched } from './store/keep-fetched.ts';
export { conflictingPackages, unknownVersion } from './packages/package-errors.ts';
export {
  countPackages,
  parseAskedPackages,
  pinPackages,
  readAsked,
  type AskedNames,
  type AskedPackage,
  type PackageGrammar,
} from './packages/asked-packages.ts';
export {
  askedNames,
  choosePackages,
  type ChosenPackage,
  type OfferedPackage,
  type PackageOffer,
} from './packages/choose-packages.ts';
export { upgradeByResolving } from './packages/upgrade-by-resolving.ts';
export { createHooks } from './plugin/hooks.ts';
export type {
  ArchiveContext,
  ArchiveProgress,
  DownloadProgress,
  Hooks,
  ImageRequest,
  LayerCheckEvent,
  LayerEvent,
  LayerPhase,
  LayerPhaseResult,
  StageName,
} from './plugin/hooks.ts';
export { LIMIT_NAMES, NO_LIMITS } from './manifest/limit-names.ts';
export { listManifests } from './plugin/find-config-file.ts';
export type { Plugin, PluginHost } from './plugin/plugin.ts';
export { openStore } from './store/open-store.ts';

export { checkEnvironmentName } from './store/environment-name.ts';
export { createKarapace } from './karapace.ts';
export type { EnvironmentLife, RestoreResult } from './environment/environment-life.ts';
export type { EnvironmentExplanations } from './environment/explain-environment.ts';
export type { StoreCare } from './store-care.ts';
export type { BuildOptions } from './project/build-options.ts';
export type { BuildResult } from './project/build-result.ts';
export type { BuildAllOptions, BuildOutcome } from './project/build-projects.ts';
export type { ProjectWork } from './project/project-work.ts';
export type { PinOptions, PinResult } from './project/pin-project.ts';
export type { EditOptions, EditResult } from './project/edit-project.ts';
export type { LockChange, VersionAndSize } from './lock/lock-changes.ts';
export type { BuildLogs, EnvironmentLogs, LayerLog } from './environment/build-logs.ts';
export type { LockOptions } from './project/lock-project.ts';
export type { OutdatedOptions, OutdatedResult, UpdateOptions, UpdateResult } from './project/update-project.ts';
export type { PackageList } from './manifest/edit-packages.ts';
export type { PackageWish } from './project/plan-edit.ts';
export type { DestroyResult, ExecOptions, Karapace, LauncherOptions, PlanOptions, StopOptions } from './karapace.ts';
export type { KarapaceOptions } from './create-instance.ts';
export type { StopResult } from './stages/stop.ts';
export { defineConfig } from './manifest/define-config.ts';
export { nearestName, nearestNames } from './manifest/nearest-name.ts';
export { shellWord } from './shell-word.ts';
export { outputTail, withoutCredentials } from './packages/output-tail.ts';
export { ambiguousPackages, quoteNames, unknownPackages, type ProvidedName } from './packages/package-names.ts';
