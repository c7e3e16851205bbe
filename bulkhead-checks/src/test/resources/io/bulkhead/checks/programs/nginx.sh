# Workers under another user serve a file to ab.
set -eu
mkdir -p /tmp/www
head -c 100000 /dev/zero >/tmp/www/file
cat >/tmp/nginx.conf <<'CONFIGURATION'
user www-data;
worker_processes 2;
pid /tmp/nginx.pid;
error_log /tmp/error.log notice;
events { worker_connections 256; }
http { aio threads; sendfile on; access_log off; server { listen 8080 reuseport; root /tmp/www; } }
CONFIGURATION
nginx -c /tmp/nginx.conf
until ab -q -n 1 http://127.0.0.1:8080/file >/dev/null 2>&1; do sleep 0.1; done
ab -q -n 2000 -c 20 http://127.0.0.1:8080/file | grep -E '^(Complete|Failed) requests|^HTML transferred'
pgrep -u www-data nginx | wc -l
nginx -c /tmp/nginx.conf -s reload
sleep 0.5
ab -q -n 1 http://127.0.0.1:8080/file | grep '^Document Length'
nginx -c /tmp/nginx.conf -s quit
while [ -e /tmp/nginx.pid ]; do sleep 0.1; done
grep -c -E '\[(alert|crit|emerg|error)\]' /tmp/error.log || true
