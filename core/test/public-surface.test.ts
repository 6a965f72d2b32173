import { expect, test } from 'vitest';

test('the public surface changes only on purpose', async () => {
  const { ...core } = await import('@karapace/core');

  expect(Object.keys(core).toSorted()).toMatchInlineSnapshot(`
    [
      "ARCHIVES_INSIDE",
      "BUILD_ENVIRONMENT",
      "BUILD_EPOCH",
      "COMMON_SCRUB_SCRIPT",
      "ERROR_CODES",
      "KarapaceError",
      "LIMIT_NAMES",
      "NO_LIMITS",
      "ambiguousPackages",
      "askedNames",
      "checkEnvironmentName",
      "choosePackages",
      "conflictingPackages",
      "countPackages",
      "createHooks",
      "createKarapace",
      "defineConfig",
      "firstFailure",
      "keepFetched",
      "listManifests",
      "nearestName",
      "nearestNames",
      "openStore",
      "outputTail",
      "parseAskedPackages",
      "pinPackages",
      "quoteNames",
      "readAsked",
      "shellWord",
      "unknownPackages",
      "unknownVersion",
      "upgradeByResolving",
      "withoutCredentials",
    ]
  `);
});

test('what plugin authors test with changes only on purpose', async () => {
  const { ...testing } = await import('@karapace/core/testing');

  expect(Object.keys(testing).toSorted()).toMatchInlineSnapshot(`
    [
      "createTestTools",
      "describeBackend",
      "describeFrontend",
      "describeImageSource",
      "describeLinks",
      "describePackageManager",
      "describePackageNames",
      "installPackages",
      "listTree",
      "makeTestRoot",
      "openTerminal",
      "ordinaryUser",
      "runSample",
      "sampleSpec",
      "serveDirectory",
      "serveFiles",
      "whyNoOrdinaryUser",
    ]
  `);
});
