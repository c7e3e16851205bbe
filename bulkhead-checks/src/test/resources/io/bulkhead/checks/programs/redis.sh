# The server saves in a forked child and is measured by its own benchmark.
set -eu
redis-server --daemonize yes --dir /tmp --logfile /tmp/log --appendonly yes >/dev/null
until redis-cli ping 2>/dev/null | grep -q PONG; do sleep 0.1; done
redis-benchmark -q -n 2000 -c 20 -t set,get,incr,lpush,mset | tr '\r' '\n' |
    grep -c 'requests per second, p50'
redis-cli incr counted
redis-cli save
redis-cli bgrewriteaof >/dev/null
until redis-cli info persistence | grep -q 'aof_rewrite_in_progress:0'; do sleep 0.1; done
redis-cli info persistence | grep -o 'aof_last_bgrewrite_status:ok'
redis-cli eval 'return redis.call("get", "counted") + 41' 0
redis-cli shutdown nosave
