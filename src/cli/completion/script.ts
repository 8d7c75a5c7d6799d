/** Each asks `envoy-lab __complete` for the words that may stand at the cursor: all knowledge is in the program. */
const scripts: Readonly<Record<string, string>> = {
  bash: `_envoy_lab() {
  local IFS=$'\\n'
  local words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=($(compgen -W "$("\${COMP_WORDS[0]}" __complete -- "\${words[@]}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _envoy_lab envoy-lab
`,
  zsh: `#compdef envoy-lab
_envoy_lab() {
  local -a candidates
  candidates=(\${(f)"$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( \${#candidates} )); then
    compadd -a candidates
  else
    _files
  fi
}
compdef _envoy_lab envoy-lab
`,
  fish: `function __envoy_lab_complete
  set -l words (commandline -opc) (commandline -ct)
  $words[1] __complete -- $words[2..-1] 2>/dev/null
end
complete -c envoy-lab -f -a '(__envoy_lab_complete)'
complete -c envoy-lab -n '__fish_seen_subcommand_from up init migrate graph config cp' -F
`,
};

export const shells: readonly string[] = Object.keys(scripts);

export function completionScript(shell: string): string {
  return scripts[shell] ?? '';
}
