#!/bin/sh
# The coordinator (Desktop): answers two questions as they come. Argument: pid of the orchestrator.
set -eu
orch=${ITERM_ORCH:-iterm-orch}
export ITERM_ORCH_MAILBOX=claude
answered=0
while [ "$answered" -lt 2 ]; do
  # Two may come at once.
  for id in $($orch inbox --wait --timeout 2m --json | sed -n 's/^ *"id": *"\([^"]*\)".*/\1/p'); do
    case $($orch thread "orch_$1" --json | grep -F "$id" | head -n 1) in
      *"AWS keys"*) $orch reply "$id" "Rotating keys now. Document all locations found" ;;
      *) $orch reply "$id" "Yes, but only for HIGH and CRITICAL" ;;
    esac
    answered=$((answered + 1))
  done
done
