import { FETCHED_INSIDE } from '@karapace/rpm';

/** Runs the program that follows with the interpreter that the image's dnf has; ends with `NO_PYTHON` where it has none. */
export const SOLVE_SCRIPT = `
for program in /usr/bin/dnf-3 /usr/bin/dnf; do
  [ -f "$program" ] || continue
  IFS= read -r line < "$program" || continue
  case "$line" in '#!'*python*) exec \${line#'#!'} -c "$1" ;; esac
done
exit 3
`;

/** What the script ends with in an image whose dnf is not written in Python. */
export const NO_PYTHON = 3;

/**
 * Asks dnf by its API (dnf.readthedocs.io, "DNF API Reference"), in which a name is a name and no option, group, file or
 * pattern. What the command line sets up for the API is set up here: variables, and answers to questions about keys, which
 * a repository's configuration has answered by naming them. Python 3.6 and later.
 *
 * Reads the packages asked for: a line each, name and version divided by a tab. Prints records: lines of fields divided
 * by tabs, the first the kind of record.
 *
 * A repository with gpgcheck and without repo_gpgcheck promises signed packages and not signed metadata. So its packages
 * are fetched here and their signatures checked by dnf, before anything is pinned, and left for whoever pins them.
 */
export const SOLVE_PROGRAM = `
import os, resource, shutil, sys
import dnf, dnf.exceptions, dnf.selector, hawkey

# No file of Fedora's metadata, nor what dnf makes of it, has a quarter of this.
MOST_METADATA = 512 * 2 ** 20

def tell(*fields):
    print('\\t'.join(str(field).replace('\\t', ' ').replace('\\n', ' ') for field in fields))

def version_of(package):
    epoch = '' if package.epoch == 0 else '%d:' % package.epoch
    return '%s%s-%s' % (epoch, package.version, package.release)

class ConfiguredKeys:
    def _confirm(self, *details):
        return True

def open_repositories(base):
    conf = base.conf
    conf.read()
    conf.substitutions.update_from_etc('/', varsdir=conf.varsdir)
    if conf.substitutions['releasever'] is None:
        del conf.substitutions['releasever']
    conf.install_weak_deps = False
    conf.assumeyes = True
    conf.deltarpm = False
    base.read_all_repos()
    repositories = list(base.repos.iter_enabled())
    for repository in repositories:
        repository.skip_if_unavailable = False
        repository.timeout = 30
        repository.retries = 2
        repository._set_key_import(ConfiguredKeys())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    if soft == resource.RLIM_INFINITY or soft > MOST_METADATA:
        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_METADATA, hard))
    base.fill_sack()
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    return len(repositories) > 0

def find(base, asked):
    query = base.sack.query()
    found = {}
    for name, version in asked:
        versions = sorted(set(version_of(package) for package in query.filter(name=name)))
        providers = [] if versions else sorted(set(package.name for package in query.filter(provides=name)))
        tell('name', name, *versions)
        tell('providers', name, *providers)
        if versions and (not version or version in versions):
            found[name] = name
        elif len(providers) == 1 and not version:
            found[name] = providers[0]
    if len(found) < len(asked):
        for name in sorted(set(package.name for package in query)):
            tell('exists', name)
    return found

def mark(base, name, version):
    if not version:
        newer = list(base.sack.query().upgrades().filter(name=name))
        if newer:
            base.goal.upgrade(select=dnf.selector.Selector(base.sack).set(pkg=newer))
        else:
            base.install(name, forms=[hawkey.FORM_NAME])
        return
    packages = [package for package in base.sack.query().filter(name=name) if version_of(package) == version]
    if any(package.reponame == hawkey.SYSTEM_REPO_NAME for package in packages):
        return
    base.goal.install(select=dnf.selector.Selector(base.sack).set(pkg=packages), optional=False)

def check_signatures(base, packages):
    promised = [package for package in packages if package.repo.gpgcheck and not package.repo.repo_gpgcheck]
    base.download_packages(promised)
    for package in promised:
        result, reason = base.package_signature_check(package)
        if result == 1:
            base.package_import_key(package, askcb=lambda *details: True)
            result, reason = base.package_signature_check(package)
        if result != 0:
            raise dnf.exceptions.Error(reason)
        kind, digest = package.returnIdSum()
        if kind == 'sha256':
            shutil.move(package.localPkg(), os.path.join('${FETCHED_INSIDE}', '%s.rpm' % digest))

def address_of(package):
    if package.baseurl:
        return package.baseurl
    address = package.remote_location(schemes=('http', 'https')) or ''
    return address[:len(address) - len(package.location)] if address.endswith(package.location) else ''

def solve(base, asked, found):
    for name, version in asked:
        mark(base, found[name], version)
    try:
        base.resolve()
    except dnf.exceptions.DepsolveError as error:
        return tell('conflict', error)
    packages = sorted(base.transaction.install_set)
    try:
        check_signatures(base, packages)
    except dnf.exceptions.Error as error:
        return tell('mirror', error)
    for package in packages:
        kind, digest = package.returnIdSum()
        tell('archive', package.name, package.epoch, package.version, package.release, package.arch, package.reponame,
             address_of(package), package.location, package.downloadsize, kind, digest)
    replaced = set(package.name for package in packages)
    for package in sorted(base.transaction.remove_set):
        if package.name not in replaced:
            tell('removed', package.name)
    tell('solved')

asked = [line.split('\\t') for line in sys.stdin.read().splitlines()]
with dnf.Base() as base:
    try:
        has_repository = open_repositories(base)
    except dnf.exceptions.Error as error:
        has_repository = None
        tell('mirror', error)
    if has_repository is False:
        tell('mirror', 'the image has none that is enabled')
    if has_repository:
        found = find(base, asked)
        if len(found) == len(asked):
            solve(base, asked, found)
sys.stdout.flush()
`;
