# Write-ahead logging keeps an index in shared memory; two writers wait for each other.
set -eu
cd /tmp
sqlite3 db 'pragma journal_mode=wal; create table numbers(n integer primary key)'
fill() { for n in $(seq "$1" 2 100); do echo "insert into numbers values($n);"; done | sqlite3 -cmd '.timeout 10000' db; }
fill 1 & one=$!
fill 2 & two=$!
wait $one
wait $two
sqlite3 db 'select count(*), sum(n) from numbers; pragma integrity_check; vacuum'
