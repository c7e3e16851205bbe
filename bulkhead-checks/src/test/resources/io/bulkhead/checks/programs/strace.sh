# Tracing one's own children is allowed: the kernel asks who may.
set -eu
strace -f -e trace=openat -o /tmp/trace sh -c 'cat /etc/hostname >/dev/null'
grep -c 'openat(AT_FDCWD, "/etc/hostname", O_RDONLY) = ' /tmp/trace
