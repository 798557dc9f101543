#!/bin/sh
# An orchestrator in a session of its own: launches three agents, answers what it knows, passes the rest up, and
# learns what those above have answered.
set -eu
orch=${RUN:-iterm-orch}
here=$(dirname "$0")
ITERM_ORCH_MAILBOX=$($orch orch init)
export ITERM_ORCH_MAILBOX
field() { # expression over the JSON on standard input
  node -p "const all = JSON.parse(require('fs').readFileSync(0, 'utf8')); $1"
}

launch() { # name, question
  $orch launch "$1" --name "$1" --no-brief -- sh "$here/agent.sh" "$1" "$2" > /dev/null
}
launch mirror 'QUESTION: which mirror is nearest?'
launch deploy 'QUESTION: which config should I use, dev or staging?'
launch release 'QUESTION: what is the name of this release?'

for _ in deploy release; do
  next=$($orch escalations --mine --wait --timeout 2m --json)
  id=$(echo "$next" | field all.escalation.id)
  name=$(echo "$next" | field all.escalation.name)
  if [ "$name" = deploy ]; then
    $orch answer "$id" --text staging
  else
    $orch escalate "$id" "Only its owner knows the name of the release."
  fi
done

# What those above have said comes into the thread of the task.
answer=''
while [ -z "$answer" ]; do
  sleep 1
  answer=$($orch inbox --all --json | field "all.messages.find(({ type }) => type === 'answer')?.text ?? ''")
done
echo "COMPLETE: told from above: $answer"
