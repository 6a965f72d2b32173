/**
 * What every apt of ours is told, in apt.conf's syntax, whatever the machine or the image says.
 *
 * Without `ForceHash` `--print-uris` prints MD5. With `Error-Mode any` a mirror that fails is an error and not a
 * warning about old lists. PDiffs save bytes but cost time and requests.
 */
export const APT_SETTINGS = `
Acquire::ForceHash "SHA256";
Acquire::Languages "none";
Acquire::PDiffs "false";
Acquire::Retries "2";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
APT::Get::Assume-Yes "true";
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
Dpkg::Use-Pty "false";
`;
