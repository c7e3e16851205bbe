package io.bulkhead.cli;

import picocli.AutoComplete;
import picocli.CommandLine;

/// The completion script for bash and zsh: picocli's, which knows verbs and options, and around it one that asks for
/// names where those do not help.
final class BashCompletion {

    /// Where bash parts words at `:` and `=`, only what follows the last of them is to be given. The name of the
    /// program is as it was typed, so that it is the same daemon's.
    private static final String NAMES = """

            _bulkhead_with_names() {
                _complete_bulkhead "$@"
                [ ${#COMPREPLY[@]} = 0 ] || return 0
                local line=${COMP_LINE:0:$COMP_POINT}
                case ${line##* } in
                -*=*|[!-]*|'') ;;
                *) return 0 ;;
                esac
                local names name word=${line##* }
                names=$("$1" __complete -- "$line" 2>/dev/null) || return 0
                compopt +o default 2>/dev/null
                while IFS= read -r name; do
                    [ -z "$name" ] || COMPREPLY+=("${name#"${word%"${word##*[:=]}"}"}")
                done <<<"$names"
            }
            complete -F _bulkhead_with_names -o default bulkhead
            """;

    private BashCompletion() {}

    static String script(CommandLine root) {
        return AutoComplete.bash("bulkhead", root) + NAMES;
    }
}
