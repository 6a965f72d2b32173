import type { AsyncSeriesBailHook, AsyncSeriesWaterfallHook, SyncHook } from 'tapable';

import { createHooks, type Hooks } from './hooks.ts';

const NAME = 'core';

/**
 * Hooks of their own that ask and tell the original ones, first. What taps them is unknown to those: plugins of one
 * project have no say in another's.
 */
export function forkHooks(original: Hooks): Hooks {
  const hooks = createHooks();
  ask(hooks.openBackend, original.openBackend);
  ask(hooks.openImageSource, original.openImageSource);
  ask(hooks.openPackageManager, original.openPackageManager);
  hooks.openArchive.tapPromise(NAME, (archive, context) => original.openArchive.promise(archive, context));
  ask(hooks.openFrontend, original.openFrontend);
  rewrite(hooks.normalizeManifest, original.normalizeManifest);
  rewrite(hooks.checkMachine, original.checkMachine);
  rewrite(hooks.planLayers, original.planLayers);
  tell(hooks.stageStarted, original.stageStarted);
  tell(hooks.stageFinished, original.stageFinished);
  tell(hooks.progressMade, original.progressMade);
  tell(hooks.waitStarted, original.waitStarted);
  tell(hooks.downloadProgressed, original.downloadProgressed);
  tell(hooks.layerStarted, original.layerStarted);
  tell(hooks.layerPhaseStarted, original.layerPhaseStarted);
  tell(hooks.layerPhaseFinished, original.layerPhaseFinished);
  tell(hooks.layerBuilt, original.layerBuilt);
  tell(hooks.layerFailed, original.layerFailed);
  tell(hooks.layerReused, original.layerReused);
  tell(hooks.layerChecked, original.layerChecked);
  tell(hooks.outputPrinted, original.outputPrinted);
  tell(hooks.warningGiven, original.warningGiven);
  return hooks;
}

function ask<T, R>(fork: AsyncSeriesBailHook<[T], R>, original: AsyncSeriesBailHook<[T], R>): void {
  fork.tapPromise(NAME, (value) => original.promise(value as never));
}

function rewrite<T>(fork: AsyncSeriesWaterfallHook<[T]>, original: AsyncSeriesWaterfallHook<[T]>): void {
  fork.tapPromise(NAME, (value) => original.promise(value as never));
}

function tell<T>(fork: SyncHook<[T]>, original: SyncHook<[T]>): void {
  fork.tap(NAME, (value) => original.call(value as never));
}
