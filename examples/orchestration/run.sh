#!/bin/sh
# A security audit by an orchestrator with four subordinates, and a coordinator who answers two questions.
# Nothing but files and commands: no service, no terminal. Try it in a home of its own:
#   ITERM_ORCH_HOME=$(mktemp -d) sh examples/orchestration/run.sh
set -eu
here=$(dirname "$0")
${ITERM_ORCH:-iterm-orch} mail init claude > /dev/null
sh "$here/orchestrator.sh" "$here/audit.md" &
orchestrator=$!
sh "$here/coordinator.sh" "$orchestrator" &
wait "$orchestrator"
wait
${ITERM_ORCH:-iterm-orch} coord tree --mailbox "orch_$orchestrator"
${ITERM_ORCH:-iterm-orch} coord show audit --mailbox claude
