/** The shells that a script is there for. */
export const shells = ['bash', 'zsh', 'fish'] as const

/** A shell that a script is there for. */
export type Shell = (typeof shells)[number]

/**
 * What each shell reads. All ask the command that is being typed for candidates, one a line, and offer files where
 * there are none.
 */
export const scripts: Readonly<Record<Shell, string>> = {
  bash: `# Completion of regimen: add this line to ~/.bashrc
#   eval "$(regimen completion bash)"
_regimen() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("$line")
  done < <("\${COMP_WORDS[0]}" completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *[=./] ]]; then
    compopt -o nospace 2>/dev/null
  fi
}
complete -o default -F _regimen regimen
`,
  zsh: `#compdef regimen
# Completion of regimen: add this line to ~/.zshrc, after compinit
#   eval "$(regimen completion zsh)"
_regimen() {
  local -a candidates whole parts
  candidates=("\${(@f)$("\${words[1]}" completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  candidates=("\${(@)candidates:#}")
  whole=("\${(@)candidates:#*[=./]}")
  parts=("\${(@M)candidates:#*[=./]}")
  if (( \${#candidates} == 0 )); then
    _files
    return
  fi
  (( \${#whole} )) && compadd -- "\${whole[@]}"
  (( \${#parts} )) && compadd -S '' -- "\${parts[@]}"
}
compdef _regimen regimen
`,
  fish: `# Completion of regimen: save this as ~/.config/fish/completions/regimen.fish
#   regimen completion fish > ~/.config/fish/completions/regimen.fish
function __regimen_candidates
  set -l typed (commandline -opc)
  set -l found ($typed[1] completion words -- $typed[2..] (commandline -ct) 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c regimen -f -a '(__regimen_candidates)'
`,
}
