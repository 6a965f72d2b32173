import { admitSandbox } from './admission/check-policy.ts';
import { buildLogs, type BuildLogs } from './environment/build-logs.ts';
import type { Backend, Check, Session } from './contracts/backend.ts';
import type { PolicyInForce } from './contracts/policy.ts';
import type { ExitStatus, SandboxSpec, SessionStreams } from './contracts/sandbox.ts';
import type { Environment, EnvironmentSurvey, LiveSession } from './contracts/environment-store.ts';
import { createInstance, type KarapaceOptions } from './create-instance.ts';
import { environmentLife, type EnvironmentLife } from './environment/environment-life.ts';
import type { EnvironmentExplanations } from './environment/explain-environment.ts';
import { findEntered, findEnvironment, type Entered } from './environment/find-environment.ts';
import { DEFAULT_BACKEND, type Instance } from './instance.ts';
import { policyTexts } from './admission/load-policies.ts';
import type { Hooks } from './plugin/hooks.ts';
import { openBackend } from './plugin/open-plugins.ts';
import { checkPolicies, policiesOf } from './admission/policies-in-force.ts';
import { projectWork, type ProjectWork } from './project/project-work.ts';
import { execStage, planStage } from './stages/exec.ts';
import type { StopResult } from './stages/stop.ts';
import { storeCare, type StoreCare } from './store-care.ts';

export interface DestroyResult {
  /** As it was before. */
  readonly environment: Environment;
  /** The names that the environment still has; empty where it is gone. */
  readonly remains: readonly string[];
}

export interface ExecOptions {
  /** `undefined`: a login shell. */
  readonly command: readonly string[] | undefined;
  readonly terminal: boolean;
  readonly streams: SessionStreams;
  readonly caller: { readonly directory: string; readonly home: string | undefined; readonly term: string | undefined };
  /** The directory of the manifest, where the environment is entered for a project and not by a name. */
  readonly project?: string | undefined;
  readonly onStart?: ((session: Session) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type PlanOptions = Pick<ExecOptions, 'command' | 'terminal' | 'caller' | 'project'>;

export interface LauncherOptions {
  readonly home: string | undefined;
  /** As in `ExecOptions`. */
  readonly project?: string | undefined;
}

export interface StopOptions {
  /** How long commands have after SIGTERM before they are killed; default 5,000. */
  readonly graceMilliseconds?: number | undefined;
}

/** One instance: its hooks, its plugins and its store. Disposal ends helper processes. */
export interface Karapace
  extends EnvironmentLife, EnvironmentExplanations, ProjectWork, BuildLogs, StoreCare, AsyncDisposable {
  readonly hooks: Hooks;
  /** Runs a command in an environment; gives exactly its exit code. */
  exec(reference: string, options: ExecOptions): Promise<ExitStatus>;
  /** What `exec` would do to put the sandbox together, as operations for people; nothing is started. */
  plan(reference: string, options: PlanOptions): Promise<readonly string[]>;
  /**
   * A program for /bin/sh that enters an environment as it is now, or runs a command in it, without Node.
   *
   * @throws KarapaceError `BACKEND_UNSUPPORTED`, `ENVIRONMENT_ARCHIVED`
   */
  launcher(reference: string, options: LauncherOptions): Promise<string>;
  /** Ends every session of an environment; one that nobody is in stays as it is. */
  stop(reference: string, options?: StopOptions): Promise<StopResult>;
  /** The sessions that live, oldest first. */
  sessions(reference: string): Promise<readonly LiveSession[]>;
  /** @throws KarapaceError `STORE_CORRUPT` where one of them cannot be read */
  list(): Promise<readonly Environment[]>;
  /** As `list`, with what cannot be read beside the others. */
  survey(): Promise<EnvironmentSurvey>;
  /** By name, identity or unique prefix. */
  inspect(reference: string): Promise<Environment>;
  /**
   * By one of several names only that name goes; by identity, unique prefix or the only name the environment goes, with
   * all its names.
   */
  destroy(reference: string): Promise<DestroyResult>;
  /** What an environment is allowed at most, in the order in which each narrows what those before it allow; `project` as in `ExecOptions`. */
  policies(reference: string, project?: string): Promise<readonly PolicyInForce[]>;
  /** Looks for what this machine lacks: for the project found from the directory, or for a plain Debian one. */
  doctor(directory: string): Promise<readonly Check[]>;
}

export async function createKarapace(options: KarapaceOptions): Promise<Karapace> {
  const instance = await createInstance(options);
  return {
    hooks: instance.hooks,
    exec: (reference, exec) => execIn(reference, exec, instance),
    plan: (reference, options) => planIn(reference, options, instance),
    launcher: (reference, options) => launcherOf(reference, options, instance),
    stop: (reference, stop) => stopIn(reference, stop ?? {}, instance),
    async sessions(reference) {
      const { environment, store } = await findEnvironment(reference, instance);
      return store.environments.sessions(environment.env_id);
    },
    list: async () => (await instance.store(DEFAULT_BACKEND)).environments.list(),
    survey: async () => (await instance.store(DEFAULT_BACKEND)).environments.survey(),
    inspect: async (reference) => (await findEnvironment(reference, instance)).environment,
    async policies(reference, project) {
      const { environment } = await findEnvironment(reference, instance);
      return policiesOf({ ...environment, project: project ?? environment.project }, instance.policies);
    },
    async destroy(reference) {
      const { environment, store } = await findEnvironment(reference, instance);
      const { env_id, names } = environment;
      const remains = names.includes(reference) ? await store.environments.removeName(reference, env_id) : [];
      if (remains.length === 0) await store.environments.destroy(env_id);
      return { environment, remains };
    },
    ...projectWork(instance),
    ...buildLogs(instance),
    ...environmentLife(instance),
    ...explanations(instance),
    ...storeCare(options.storeRoot, instance),
    doctor: (directory) => checkMachine(directory, instance),
    [Symbol.asyncDispose]: () => instance[Symbol.asyncDispose](),
  };
}

async function checkMachine(directory: string, instance: Instance): Promise<readonly Check[]> {
  const [{ doctorStage }, { loadProjectOrDefault }] = await Promise.all([
    import('./stages/doctor.ts'),
    import('./project/load-project.ts'),
  ]);
  const checks = await doctorStage(await loadProjectOrDefault(directory, instance), instance.hooks);
  return [...checks, await checkPolicies(instance.policies)];
}

/** Loaded when somebody asks. */
function explanations(instance: Instance): EnvironmentExplanations {
  const load = async () => (await import('./environment/explain-environment.ts')).environmentExplanations(instance);
  return {
    explain: async (reference) => (await load()).explain(reference),
    compare: async (before, after) => (await load()).compare(before, after),
    graph: async (reference) => (await load()).graph(reference),
  };
}

async function stopIn(reference: string, options: StopOptions, instance: Instance): Promise<StopResult> {
  const { stopStage } = await import('./stages/stop.ts');
  const { environment, store } = await findEnvironment(reference, instance);
  const backend = await backendOf(environment, instance);
  return stopStage({ ...options, environment, backend, onWait: tellEntering(instance) }, store);
}

async function execIn(reference: string, options: ExecOptions, instance: Instance): Promise<ExitStatus> {
  const { store, ...entry } = await findEntry({ reference, project: options.project }, instance);
  const onFrozen = (): void =>
    instance.hooks.warningGiven.call(`\`${reference}\` is frozen: what is changed inside is thrown away`);
  const onLimit = (sentence: string): void => instance.hooks.warningGiven.call(sentence);
  const input = { ...options, ...entry, onFrozen, onLimit };
  return execStage(input, store, options.signal ?? new AbortController().signal);
}

async function planIn(reference: string, options: PlanOptions, instance: Instance): Promise<readonly string[]> {
  const { store, ...entry } = await findEntry({ reference, project: options.project }, instance);
  return planStage({ ...options, ...entry }, store);
}

/** What entering an environment takes, besides who asks. */
async function findEntry(entered: Entered, instance: Instance) {
  const { environment, store } = await findEntered(entered, instance);
  const backend = await backendOf(environment, instance);
  const memos = { find: (key: string) => store.memos.find(key) };
  const admit = (spec: SandboxSpec) => admitSandbox(spec, environment, { places: instance.policies, memos });
  return { environment, store, backend, admit, onWait: tellEntering(instance) };
}

async function launcherOf(reference: string, { home, project }: LauncherOptions, instance: Instance): Promise<string> {
  const { launcherStage } = await import('./stages/launcher.ts');
  const { environment, store } = await findEntered({ reference, project }, instance);
  const backend = await backendOf(environment, instance);
  const places = instance.policies;
  const memos = { find: (key: string) => store.memos.find(key) };
  const admit = (spec: SandboxSpec) => admitSandbox(spec, environment, { places, memos });
  return launcherStage({ environment, backend, admit, policies: policyTexts(places), home }, store);
}

function tellEntering({ hooks }: Instance): (holder: string) => void {
  return (holder) => hooks.waitStarted.call(`waiting for ${holder}, which enters or stops the environment`);
}

async function backendOf(environment: Environment, instance: Instance): Promise<Backend> {
  await addProjectPlugins(environment, instance);
  return openBackend(instance.hooks, environment.lock.intent.runtime.backend);
}

/** A backend of the project's own is named in its manifest; a built-in one needs no look at that. */
async function addProjectPlugins({ lock, project }: Environment, instance: Instance): Promise<void> {
  const known = await instance.hooks.openBackend.promise(lock.intent.runtime.backend);
  if (known !== undefined) return;
  const { findConfig } = await import('./plugin/load-config.ts');
  const config = await findConfig(project);
  await instance.addPlugins(config.plugins, config.directory);
}
