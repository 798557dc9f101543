/**
 * The completion scripts. They hold no list of commands: they ask `iterm-orch __complete -- <words>`, which
 * looks at the tree of commands and at the sessions of the moment.
 */

const bash = `# Completion of iterm-orch for bash (3.2 and newer).
_iterm_orch() {
  local cur=\${COMP_WORDS[COMP_CWORD]} word line extra=:none IFS=$'\\n'
  local -a words
  # bash splits --option=value at the sign: what is left is an option and its value.
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    [[ $word == = ]] || words+=("$word")
  done
  if [[ $cur == = ]]; then cur=; words+=(""); fi
  # What is typed may be quoted; the candidates are not.
  words[\${#words[@]}-1]=\${cur//[\\\\\\"\\']/}
  COMPREPLY=()
  while read -r line; do
    case $line in
      :*) extra=$line ;;
      *) COMPREPLY+=("$(printf '%q' "\${line%%$'\\t'*}")") ;;
    esac
  done < <(iterm-orch __complete -- "\${words[@]}" 2>/dev/null)
  # Behind the sign of a setting comes its value.
  [[ \${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
  case $extra in
    :files) COMPREPLY+=($(compgen -f -- "$cur")); compopt -o filenames 2>/dev/null ;;
    :directories) COMPREPLY+=($(compgen -d -- "$cur")); compopt -o filenames 2>/dev/null ;;
  esac
}
complete -F _iterm_orch iterm-orch
`

const zsh = `#compdef iterm-orch
# Completion of iterm-orch for zsh.
_iterm_orch() {
  local -a lines candidates
  local line value extra
  lines=("\${(@f)$(iterm-orch __complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${lines[@]}"; do
    case $line in
      (:*) extra=$line ;;
      (?*) value=\${line%%$'\\t'*}; candidates+=("\${value//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  # Behind the sign of a setting comes its value.
  if [[ \${candidates[1]} == *=:* ]]; then
    _describe -t iterm-orch 'iterm-orch' candidates -S ''
  elif (( \${#candidates} )); then
    _describe -t iterm-orch 'iterm-orch' candidates
  fi
  case $extra in
    (:files) _files ;;
    (:directories) _files -/ ;;
  esac
}
if [[ \${funcstack[1]} == _iterm_orch ]]; then
  _iterm_orch "$@"
else
  compdef _iterm_orch iterm-orch
fi
`

const fish = `# Completion of iterm-orch for fish.
function __iterm_orch_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l lines (iterm-orch __complete -- $before[2..-1] "$current" 2>/dev/null)
    for line in $lines
        switch $line
            case ':files'
                __fish_complete_path "$current"
            case ':directories'
                __fish_complete_directories "$current"
            case ':none'
            case '*'
                echo $line
        end
    end
end
complete -c iterm-orch -f -a '(__iterm_orch_complete)'
`

export const completionScripts = { bash, zsh, fish }
