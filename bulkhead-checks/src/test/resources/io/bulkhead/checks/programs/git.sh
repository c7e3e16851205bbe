# Commits, a clone over git's own protocol, packing with threads, and the check of everything.
set -eu
cd /tmp
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
git -c init.defaultBranch=main init -q source
cd source
for n in $(seq 20); do
    seq "$n" 500 >file
    git add file
    git commit -qm "change $n"
done
git daemon --base-path=/tmp --export-all --listen=127.0.0.1 --detach --pid-file=/tmp/daemon.pid
until git ls-remote -q git://127.0.0.1/source >/dev/null 2>&1; do sleep 0.1; done
git clone -q git://127.0.0.1/source /tmp/copy
kill "$(cat /tmp/daemon.pid)"
cd /tmp/copy
git -c pack.threads=2 gc -q
git fsck --full --strict 2>&1 | grep -v '^notice' || true
git rev-list --count HEAD
git worktree add -q /tmp/other HEAD~5
wc -l </tmp/other/file
git bundle create -q /tmp/bundle main && git bundle verify -q /tmp/bundle >/dev/null 2>&1 && echo "bundle holds"
