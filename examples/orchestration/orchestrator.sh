#!/bin/sh
# An orchestrator: breaks the audit into four parts, brings questions to the coordinator and answers back,
# and puts the results together. Starts its subordinates itself, as scripts in place of agents.
set -eu
orch=${ITERM_ORCH:-iterm-orch}
here=$(dirname "$0")
waited=$(mktemp)
trap 'rm -f "$waited"' EXIT

ITERM_ORCH_MAILBOX=$($orch orch init --subordinate a:static_analysis --subordinate b:dependency_check \
  --subordinate c:secret_scanning --subordinate d:infrastructure_audit)
export ITERM_ORCH_MAILBOX
$orch coord submit "$1" --to "$ITERM_ORCH_MAILBOX" > /dev/null
task=$($orch coord claim --quiet)

start() { # name, role, severity, attachment, question
  ITERM_ORCH_MAILBOX="claude_cli_$1_$$" ROLE=$2 SEVERITY=$3 ATTACHMENT=$4 QUESTION=${5:-} sh "$here/worker.sh" &
}
echo "Run static analysis (Semgrep, Bandit)." | $orch orch assign a - --parent "$task"
echo "Check dependencies (npm audit, pip-audit)." | $orch orch assign b - --parent "$task"
echo "Scan for secrets (gitleaks, trufflehog)." | $orch orch assign c - --parent "$task"
echo "Audit the configuration of the infrastructure (tfsec, checkov)." | $orch orch assign d - --parent "$task"
start a static_analysis medium static_analysis_report.html
start b dependency_check high dependency_vulnerabilities.csv "Found 47 vulnerable dependencies. Generate fixes?"
start c secret_scanning critical secret_locations.txt "Found AWS keys in an old commit. Rotate?"
start d infrastructure_audit low infrastructure_issues.md

# Until all have answered: bring every question to the coordinator, and the answer back.
while
  $orch orch wait --all --or-question --parent "$task" --timeout 2m > "$waited"
  grep '^asks' "$waited"
do
  grep '^asks' "$waited" | while read -r _ who id question; do
    answer=$($orch ask "$who: $question" --to desktop --task "orch_$$" --timeout 2m < /dev/null)
    $orch reply "$id" "$answer" < /dev/null
  done
done
wait

$orch orch status
$orch orch collect "$task"
$orch orch finish "$task"
