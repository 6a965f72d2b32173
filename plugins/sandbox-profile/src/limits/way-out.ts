/** What helps whom a control group is missing, each a sentence without its full stop. */
export const WAYS_OUT = {
  ownGroup:
    'Start it in a control group of your own by `systemd-run --user --scope --property=Delegate=yes karapace …` (a user who is not logged in needs `loginctl enable-linger` first), or as root',
  delegate:
    'Have systemd pass that controller on to users, by `Delegate=cpu memory pids` under `[Service]` in `systemctl edit user@.service`, and log in again; or start it as root',
  unified:
    'Start it as root, or start the machine with version 2 of control groups alone (`systemd.unified_cgroup_hierarchy=1`): of version 1 users have no part',
  container: 'Give the container that this runs in control groups of its own, or start it outside',
} as const;
