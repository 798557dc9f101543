#!/bin/sh
# Three agents ask: a rule answers one, an orchestrator another, a person the third. Stand-ins for agents, on the
# embedded host. Try it in a home of its own:
#   export ITERM_ORCH_HOME=$(mktemp -d) ITERM_ORCH_TERMINAL=host; sh examples/escalation/run.sh
set -eu
orch=${ITERM_ORCH:-iterm-orch}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$ITERM_ORCH_HOME"
[ -e "$ITERM_ORCH_HOME/config.yaml" ] || cp "$here/config.yaml" "$ITERM_ORCH_HOME/config.yaml"
$orch mail init claude > /dev/null

$orch launch "lead the release" --name orchestrator --no-brief -- env "RUN=$orch" sh "$here/orchestrator.sh"

# The person waits until something comes up the ladder, looks, and answers.
$orch escalations --mine --as claude --wait --timeout 2m
$orch answer release --text "Blue Heron"

until $orch read orchestrator | grep 'COMPLETE: told from above'; do sleep 1; done
for name in mirror deploy release; do
  $orch read "$name" | grep COMPLETE
done
$orch escalations --all
