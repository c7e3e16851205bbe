# Job control, process substitution, a co-process, signals and a here document.
set -eum
echo "sum $((2 ** 40 / 3))"
sleep 100 &
job=$!
kill -STOP %1
until jobs %1 | grep -q Stopped; do sleep 0.1; done
bg %1 >/dev/null
jobs %1 | grep -o Running
kill %1
# By its pid: the shell may have told of the job, and forgotten it, already.
wait "$job" || echo "job ended with $?"
diff <(seq 3) <(printf '1\n2\n3\n') && echo "same"
coproc tr a-z A-Z
echo shout >&"${COPROC[1]}"
eval "exec ${COPROC[1]}>&-"
cat <&"${COPROC[0]}"
trap 'echo trapped' USR1
kill -USR1 $$
mapfile -t lines <<<$'one\ntwo'
echo "${#lines[@]} lines, last ${lines[-1]^^}"
