# A cluster of its own, under its own user; parallel queries share memory.
set -eu
bin=$(echo /usr/lib/postgresql/*/bin)
install -d -o postgres /tmp/pg
as() { setpriv --reuid=postgres --regid=postgres --init-groups "$@"; }
as "$bin/initdb" -D /tmp/pg/data >/tmp/log
as "$bin/pg_ctl" -D /tmp/pg/data -l /tmp/pg/log -o "-k /tmp" -w start >>/tmp/log
export PGHOST=/tmp
as "$bin/pgbench" -i -q postgres 2>>/tmp/log
as "$bin/pgbench" -c 4 -j 2 -t 50 postgres 2>>/tmp/log | grep 'number of transactions actually'
as "$bin/psql" -qAt postgres <<'SQL'
set max_parallel_workers_per_gather = 2; set parallel_setup_cost = 0; set parallel_tuple_cost = 0;
set min_parallel_table_scan_size = 0;
select count(*) from pgbench_accounts;
SQL
as "$bin/pg_ctl" -D /tmp/pg/data -m fast -w stop | tail -1
grep -c -E 'FATAL|PANIC' /tmp/pg/log || true
