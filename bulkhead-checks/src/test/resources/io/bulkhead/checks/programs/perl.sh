# Forks with a pipe, and a System V semaphore and shared memory segment.
set -eu
perl -e '
    use strict; use IPC::SysV qw(IPC_PRIVATE IPC_RMID S_IRUSR S_IWUSR); use IO::Socket::UNIX;
    my $id = shmget(IPC_PRIVATE, 100, S_IRUSR | S_IWUSR) // die "shmget: $!";
    my $child = fork() // die; if (!$child) { shmwrite($id, "shared", 0, 6); exit 7 }
    waitpid($child, 0); print "child ", $? >> 8, "\n";
    shmread($id, my $got, 0, 6); print "$got\n"; shmctl($id, IPC_RMID, 0);
    my ($one, $two) = IO::Socket->socketpair(AF_UNIX, SOCK_STREAM, PF_UNSPEC);
    print $one "line\n"; $one->flush; print scalar <$two>;
'
