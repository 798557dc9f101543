#!/bin/sh
# A subordinate: claims its task, asks when it has to, hands in a report with findings and an attachment.
# Its mailbox is ITERM_ORCH_MAILBOX. In place of this script an agent would do the work.
set -eu
orch=${ITERM_ORCH:-iterm-orch}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

task=$($orch coord claim --wait --timeout 2m --quiet)
$orch coord progress 1/2 "read the task" --task "$task"

answer=none
if [ -n "${QUESTION:-}" ]; then
  answer=$($orch ask "$QUESTION" --to orch --task "$task" --timeout 2m)
fi

printf '# %s\n\nScanned everything. What I was told: %s\n' "$ROLE" "$answer" > "$work/report.md"
printf '[{"title": "%s: an example", "severity": "%s"}]\n' "$ROLE" "$SEVERITY" > "$work/findings.json"
printf 'Details of %s\n' "$ROLE" > "$work/$ATTACHMENT"
$orch coord complete "$task" --file "$work/report.md" --findings "$work/findings.json" --attach "$work/$ATTACHMENT"
