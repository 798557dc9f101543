#!/bin/sh
# Stands in for an agent: works, asks one question, and goes on with the answer.
echo "working on $1"
printf '%s ' "$2"
read -r answer
echo "COMPLETE: $1 with: $answer"
