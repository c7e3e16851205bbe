# Privilege separation on the way in, a terminal on the other side, a file over sftp.
set -eu
mkdir -p /run/sshd /root/.ssh
chmod 700 /root/.ssh
ssh-keygen -qt ed25519 -N '' -f /root/.ssh/id_ed25519
cp /root/.ssh/id_ed25519.pub /root/.ssh/authorized_keys
ssh-keygen -qA
useradd -m guest
cp -r /root/.ssh /home/guest/.ssh
chown -R guest /home/guest/.ssh
/usr/sbin/sshd -p 2222 -E /tmp/log
options="-p 2222 -o StrictHostKeyChecking=no -o LogLevel=ERROR"
until ssh $options root@127.0.0.1 true </dev/null; do sleep 0.2; done
ssh $options root@127.0.0.1 id -u </dev/null
ssh $options guest@127.0.0.1 'echo $USER' </dev/null
ssh -tt $options guest@127.0.0.1 'tty; stty size >/dev/null && echo a terminal' </dev/null | tr -d '\r' | sed 's|/[0-9]*$||'
head -c 1000000 /dev/zero >/tmp/sent
echo 'put /tmp/sent /tmp/received' | sftp -q -P 2222 -o StrictHostKeyChecking=no -o LogLevel=ERROR -b - guest@127.0.0.1 >/dev/null
cmp /tmp/sent /tmp/received && stat -c '%U %s' /tmp/received
