"""The scripts that `art completion` prints. They ask `art _complete` and show its answer."""

from __future__ import annotations

BASH = r"""# Completion of art for bash.
_art_complete() {
    local IFS=$'\n' kind line
    COMPREPLY=()
    {
        read -r kind
        while read -r line; do COMPREPLY+=("$line"); done
    } < <("${1/#\~/$HOME}" _complete bash "$2" \
        "${COMP_LINE:0:COMP_POINT}" "${COMP_LINE:COMP_POINT}" 2>/dev/null </dev/null)
    case $kind in
        files*)
            compopt -o filenames +o nospace 2>/dev/null
            while read -r line; do
                [[ ${line##*/} == .* && ${2##*/} != .* ]] || COMPREPLY+=("$line")
            done < <({ compgen -d -- "$2"; compgen -f -X "!${kind#files }" -- "$2"; } | sort -u)
            ;;
    esac
}
complete -o nospace -o nosort -F _art_complete art 2>/dev/null ||
    complete -o nospace -F _art_complete art
"""

ZSH = r"""#compdef art
# Completion of art for zsh.
_art() {
    local -a answer ended open
    local kind line entry
    answer=("${(@f)$("${words[1]/#\~/$HOME}" _complete zsh $((CURRENT - 1)) \
        "${(@Q)words[1,CURRENT-1]}" "${(Q)IPREFIX}${(Q)PREFIX}" \
        "${(@Q)words[CURRENT+1,-1]}" 2>/dev/null </dev/null)}")
    kind=$answer[1]
    shift answer
    if [[ $kind == files* ]]; then
        [[ $PREFIX == -*=* ]] && compset -P '*='
        _files -g "${kind#files }"
        return
    fi
    for line in $answer; do
        entry="${${line%%$'\t'*}//:/\\:}"
        [[ $line == *$'\t'* ]] && entry+=":${line#*$'\t'}"
        case ${line%%$'\t'*} in
            *[=.,]) open+=("$entry") ;;
            *) ended+=("$entry") ;;
        esac
    done
    (( $#ended )) && _describe -V art ended
    (( $#open )) && _describe -V setting open -S ''
}
if [[ $funcstack[1] == _art ]]; then
    _art "$@"
else
    compdef _art art
fi
"""

FISH = r"""# Completion of art for fish.
function __art_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    set -l answer ($program _complete fish (count $words) $words "$current" 2>/dev/null </dev/null)
    if not string match -q 'files*' -- $answer[1]
        printf '%s\n' $answer[2..-1]
        return
    end
    set -l key (string match -r -- '^--[^=]*=' $current)
    set -l ending (string replace 'files *' '' -- $answer[1])
    for file in (__fish_complete_path (string replace -- "$key" '' $current))
        set -l path (string split \t -- $file)[1]
        if string match -q -- '*/' $path; or string match -q -- "*$ending" $path
            printf '%s\n' "$key$path"
        end
    end
end
complete --command art --no-files --keep-order --arguments '(__art_complete)'
"""

SCRIPTS = {"bash": BASH, "zsh": ZSH, "fish": FISH}
"""By shell."""
