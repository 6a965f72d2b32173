import type { Readable } from 'node:stream';

import { AsyncSeriesBailHook, AsyncSeriesWaterfallHook, SyncHook } from 'tapable';

import type { Backend, Check } from '../contracts/backend.ts';
import type { LayerKey } from '../contracts/ids.ts';
import type { Frontend } from '../contracts/frontend.ts';
import type { HttpClient } from '../contracts/http.ts';
import type { ImageSource } from '../contracts/image-source.ts';
import type { ArchivePin, BuiltLayer, Layer } from '../contracts/lock.ts';
import type { NormalizedManifest } from '../contracts/manifest.ts';
import type { PackageManager, TreeNames } from '../contracts/package-manager.ts';
import { nameThePlugin } from './name-the-plugin.ts';

export type StageName = 'init' | 'resolve' | 'lock' | 'build' | 'freeze' | 'gc';

export interface ImageRequest {
  readonly reference: string;
  readonly backend: string;
  /** The project's: where a reference that is a path starts. */
  readonly directory: string;
}

/** What is at hand for opening an archive. */
export interface ArchiveContext {
  readonly http: HttpClient;
  /** The project's: where an address `file:./…` starts. */
  readonly directory: string;
}

export interface DownloadProgress {
  /** Archives of this batch. */
  readonly files: number;
  readonly filesDone: number;
  readonly bytes: number;
  readonly bytesDone: number;
  /** The one that went on. */
  readonly archive: ArchiveProgress;
}

/** How far one archive has come. */
export interface ArchiveProgress {
  readonly pin: ArchivePin;
  /** Of its size; 0 again where an attempt was given up. */
  readonly bytesDone: number;
  /** It is in the store. */
  readonly isDone: boolean;
}

export interface LayerEvent {
  readonly layer: Layer;
  /** Tells it from layers of the same name of other environments. */
  readonly key: LayerKey;
}

/** A part of a layer's work. */
export interface LayerPhase extends LayerEvent {
  /** `fetch`: its archives are brought into the store; `run`: sandboxes; `keep`: what came of them is hashed and stored. */
  readonly phase: 'fetch' | 'run' | 'keep';
}

export interface LayerPhaseResult extends LayerPhase {
  /** Waiting for a slot is no part of it. */
  readonly milliseconds: number;
  /** Archives of `fetch`, whether they were there or not; entries of `keep`; 0 of `run`. */
  readonly count: number;
  /** Of those. */
  readonly bytes: number;
}

export interface LayerCheckEvent extends LayerEvent {
  /** The second build gave the same bytes. */
  readonly isSame: boolean;
}

/**
 * Every hook there is. A verb's result counts; a past participle only observes. Each plugin taps under its own name.
 */
export interface Hooks {
  /** Rewrites the manifest before it is resolved. Each tap receives the previous tap's result. */
  readonly normalizeManifest: AsyncSeriesWaterfallHook<[NormalizedManifest]>;
  /** Opens the backend that `[runtime] backend` names. The first tap to return one answers; `undefined` passes. */
  readonly openBackend: AsyncSeriesBailHook<[name: string], Backend | undefined>;
  /** Opens the image source for a reference. The first tap to return one answers. */
  readonly openImageSource: AsyncSeriesBailHook<[ImageRequest], ImageSource | undefined>;
  /** Opens the package manager that a base tree brings along. The first tap to return one answers. */
  readonly openPackageManager: AsyncSeriesBailHook<[TreeNames], PackageManager | undefined>;
  /**
   * Opens an archive's bytes from elsewhere than its URL, or in another way: a cache, a remote, a request that needs a token. They are
   * verified like any download. Asked again for each try.
   */
  readonly openArchive: AsyncSeriesBailHook<[ArchivePin, ArchiveContext], Readable | undefined>;
  /**
   * Adds to what `doctor` found what the plugin would need that this project does not use. None of it may be `failed`, since all works
   * without. Each tap receives the previous tap's result.
   */
  readonly checkMachine: AsyncSeriesWaterfallHook<[readonly Check[]]>;
  /** Opens a frontend by name. The first tap to return one answers. */
  readonly openFrontend: AsyncSeriesBailHook<[name: string], Frontend | undefined>;
  /** Rewrites the layer DAG before it is built. */
  readonly planLayers: AsyncSeriesWaterfallHook<[readonly Layer[]]>;
  readonly stageStarted: SyncHook<[StageName]>;
  readonly stageFinished: SyncHook<[StageName]>;
  /** Something that takes a while says what it is doing: one line. */
  readonly progressMade: SyncHook<[message: string]>;
  /** Somebody else holds what is needed, for longer than a moment: one line that names him. */
  readonly waitStarted: SyncHook<[message: string]>;
  readonly downloadProgressed: SyncHook<[DownloadProgress]>;
  /** A layer is built now. */
  readonly layerStarted: SyncHook<[LayerEvent]>;
  readonly layerPhaseStarted: SyncHook<[LayerPhase]>;
  readonly layerPhaseFinished: SyncHook<[LayerPhaseResult]>;
  /** A layer was built and is in the store. */
  readonly layerBuilt: SyncHook<[BuiltLayer]>;
  /** A layer could not be built, or its build was given up. */
  readonly layerFailed: SyncHook<[LayerEvent]>;
  /** A layer was in the store already, or was built for another environment of the same call. */
  readonly layerReused: SyncHook<[BuiltLayer]>;
  /** A layer was built a second time. */
  readonly layerChecked: SyncHook<[LayerCheckEvent]>;
  /** A line that a build step printed, without its newline. */
  readonly outputPrinted: SyncHook<[line: string]>;
  /** Something a person should know although nothing failed. */
  readonly warningGiven: SyncHook<[message: string]>;
}

export function createHooks(): Hooks {
  return Object.freeze({
    normalizeManifest: nameThePlugin(
      new AsyncSeriesWaterfallHook<[NormalizedManifest]>(['manifest'], 'normalizeManifest'),
    ),
    openBackend: nameThePlugin(new AsyncSeriesBailHook<[string], Backend | undefined>(['name'], 'openBackend')),
    openImageSource: nameThePlugin(
      new AsyncSeriesBailHook<[ImageRequest], ImageSource | undefined>(['request'], 'openImageSource'),
    ),
    openPackageManager: nameThePlugin(
      new AsyncSeriesBailHook<[TreeNames], PackageManager | undefined>(['tree'], 'openPackageManager'),
    ),
    openArchive: nameThePlugin(
      new AsyncSeriesBailHook<[ArchivePin, ArchiveContext], Readable | undefined>(
        ['archive', 'context'],
        'openArchive',
      ),
    ),
    checkMachine: nameThePlugin(new AsyncSeriesWaterfallHook<[readonly Check[]]>(['checks'], 'checkMachine')),
    openFrontend: nameThePlugin(new AsyncSeriesBailHook<[string], Frontend | undefined>(['name'], 'openFrontend')),
    planLayers: nameThePlugin(new AsyncSeriesWaterfallHook<[readonly Layer[]]>(['layers'], 'planLayers')),
    stageStarted: nameThePlugin(new SyncHook<[StageName]>(['stage'], 'stageStarted')),
    stageFinished: nameThePlugin(new SyncHook<[StageName]>(['stage'], 'stageFinished')),
    progressMade: nameThePlugin(new SyncHook<[string]>(['message'], 'progressMade')),
    waitStarted: nameThePlugin(new SyncHook<[string]>(['message'], 'waitStarted')),
    downloadProgressed: nameThePlugin(new SyncHook<[DownloadProgress]>(['progress'], 'downloadProgressed')),
    layerStarted: nameThePlugin(new SyncHook<[LayerEvent]>(['event'], 'layerStarted')),
    layerPhaseStarted: nameThePlugin(new SyncHook<[LayerPhase]>(['phase'], 'layerPhaseStarted')),
    layerPhaseFinished: nameThePlugin(new SyncHook<[LayerPhaseResult]>(['result'], 'layerPhaseFinished')),
    layerBuilt: nameThePlugin(new SyncHook<[BuiltLayer]>(['layer'], 'layerBuilt')),
    layerReused: nameThePlugin(new SyncHook<[BuiltLayer]>(['layer'], 'layerReused')),
    layerFailed: nameThePlugin(new SyncHook<[LayerEvent]>(['event'], 'layerFailed')),
    layerChecked: nameThePlugin(new SyncHook<[LayerCheckEvent]>(['event'], 'layerChecked')),
    outputPrinted: nameThePlugin(new SyncHook<[string]>(['line'], 'outputPrinted')),
    warningGiven: nameThePlugin(new SyncHook<[string]>(['message'], 'warningGiven')),
  });
}
