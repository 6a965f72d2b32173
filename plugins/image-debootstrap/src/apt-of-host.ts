import { APT_SETTINGS } from '@karapace/apt';

/** Settings for the machine's apt, so that it reads nothing of the machine's own configuration and state. */
export function hostAptSettings(arch: string): string {
  return `${APT_SETTINGS}
APT::Architecture "${arch}";
APT::Architectures { "${arch}"; };
Dir::Etc "/tmp/apt";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::trusted "/dev/null";
Dir::Etc::trustedparts "/dev/null";
Dir::State "/cache/var/lib/apt";
Dir::State::status "/tmp/apt/status";
Dir::Cache "/cache/apt";
Dir::Log "/tmp/apt";
// Here alone apt would count itself as essential.
pkgCacheGen::ForceEssential ",";
`;
}
