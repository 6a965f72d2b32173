/** Shells that completions are written for. */
export const SHELLS = ['bash', 'zsh', 'fish', 'nushell'] as const;

export type ShellName = (typeof SHELLS)[number];

const BASH = `# bash completion of karapace. Load it by: eval "$(karapace completions bash)"
_karapace() {
  local line current="\${COMP_WORDS[COMP_CWORD]}"
  [ "$current" != = ] || current=''
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
      :directories) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(karapace __complete "\${COMP_WORDS[@]:1:COMP_CWORD-1}" "$current" 2>/dev/null)
}
complete -F _karapace karapace`;

const ZSH = `#compdef karapace
# zsh completion of karapace. Load it by: eval "$(karapace completions zsh)", or write it to a file _karapace in $fpath
_karapace() {
  local line
  local -a lines found
  lines=("\${(@f)$(karapace __complete "\${(@)words[2,CURRENT-1]}" "\${words[CURRENT]}" 2>/dev/null)}")
  for line in $lines; do
    case $line in
      :files) _files ;;
      :directories) _files -/ ;;
      *) found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  (( $#found == 0 )) || _describe karapace found
}
if [ "\${funcstack[1]}" = _karapace ]; then _karapace "$@"; else compdef _karapace karapace; fi`;

const FISH = `# fish completion of karapace. Load it by: karapace completions fish | source
function __karapace_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in (karapace __complete $words[2..-1] "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$current"
            case ':directories'
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c karapace -f -a '(__karapace_complete)'`;

const NUSHELL = `# nushell completion of karapace. Write it to a file, and load it in config.nu by: use that-file.nu *
def "nu-complete karapace" [context: string] {
  let words = ($context | split row " " | skip 1)
  ^karapace __complete ...$words | lines | where {|line| not ($line | str starts-with ":") } | each {|line|
    let parts = ($line | split row "\\t")
    { value: ($parts | first), description: ($parts | get 1? | default "") }
  }
}

export extern "karapace" [...words: string@"nu-complete karapace"]`;

/** The program that a shell reads to complete what is typed behind \`karapace\`. What there is, Karapace itself says. */
export const SHELL_SCRIPTS: Readonly<Record<ShellName, string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
  nushell: NUSHELL,
};
