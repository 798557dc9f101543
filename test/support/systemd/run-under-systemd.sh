#!/bin/sh
# A systemd of a user, in namespaces of its own, with an empty home: sh run-under-systemd.sh <directory> <script>
# Needs root, systemd and cgroups of version 2. Everything ends with it.
set -eu
exec unshare --mount --pid --fork --kill-child --cgroup --mount-proc sh -eu -c '
  directory=$1 script=$2
  mkdir -p "$directory/run"
  chmod 700 "$directory/run"
  mount --make-rprivate /
  mount -t tmpfs none /run
  mkdir -p /run/systemd/system
  mount -t cgroup2 none /sys/fs/cgroup
  mkdir -p /sys/fs/cgroup/session
  echo $$ > /sys/fs/cgroup/session/cgroup.procs
  export HOME="$directory" XDG_RUNTIME_DIR="$directory/run"
  unset DBUS_SESSION_BUS_ADDRESS NOTIFY_SOCKET ITERM_ORCH_HOME XDG_CONFIG_HOME
  systemd=/lib/systemd/systemd
  [ -x "$systemd" ] || systemd=/usr/lib/systemd/systemd
  "$systemd" --user --log-target=console > "$directory/systemd.log" 2>&1 &
  while ! systemctl --user show-environment > /dev/null 2>&1; do sleep 0.1; done
  . "$script"
' sh "$1" "$2"
