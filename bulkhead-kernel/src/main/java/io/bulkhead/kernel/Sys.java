package io.bulkhead.kernel;

/// System-call numbers and the constants that differ between architectures, in this one place. Calls newer than
/// Linux 5.0 have the same number everywhere.
final class Sys {

    private static final boolean ARM64 = "aarch64".equals(System.getProperty("os.arch"));

    static final int READ = on(0, 63);
    static final int WRITE = on(1, 64);
    static final int CLOSE = on(3, 57);
    static final int LSEEK = on(8, 62);
    static final int RT_SIGPROCMASK = on(14, 135);
    static final int IOCTL = on(16, 29);
    static final int SOCKET = on(41, 198);
    static final int CONNECT = on(42, 203);
    static final int SENDTO = on(44, 206);
    static final int RECVFROM = on(45, 207);
    static final int SHUTDOWN = on(48, 210);
    static final int BIND = on(49, 200);
    static final int SOCKETPAIR = on(53, 199);
    static final int SETSOCKOPT = on(54, 208);
    static final int GETSOCKOPT = on(55, 209);
    static final int WAIT4 = on(61, 260);
    static final int KILL = on(62, 129);
    static final int FCNTL = on(72, 25);
    static final int FSYNC = on(74, 82);
    static final int FTRUNCATE = on(77, 46);
    static final int FCHMOD = on(91, 52);
    static final int FCHOWN = on(93, 55);
    static final int PTRACE = on(101, 117);
    static final int STATFS = on(137, 43);
    static final int FSTATFS = on(138, 44);
    static final int MOUNT = on(165, 40);
    static final int UMOUNT2 = on(166, 39);
    static final int SETXATTR = on(188, 5);
    static final int FSETXATTR = on(190, 7);
    static final int GETXATTR = on(191, 8);
    static final int LISTXATTR = on(194, 11);
    static final int GETDENTS64 = on(217, 61);
    static final int EPOLL_CTL = on(233, 21);
    static final int INOTIFY_ADD_WATCH = on(254, 27);
    static final int INOTIFY_RM_WATCH = on(255, 28);
    static final int OPENAT = on(257, 56);
    static final int MKDIRAT = on(258, 34);
    static final int MKNODAT = on(259, 33);
    static final int FCHOWNAT = on(260, 54);
    static final int UNLINKAT = on(263, 35);
    static final int LINKAT = on(265, 37);
    static final int SYMLINKAT = on(266, 36);
    static final int READLINKAT = on(267, 78);
    static final int FCHMODAT = on(268, 53);
    static final int PPOLL = on(271, 73);
    static final int UTIMENSAT = on(280, 88);
    static final int EPOLL_PWAIT = on(281, 22);
    static final int EPOLL_CREATE1 = on(291, 20);
    static final int FALLOCATE = on(285, 47);
    static final int PIPE2 = on(293, 59);
    static final int INOTIFY_INIT1 = on(294, 26);
    static final int SYNCFS = on(306, 267);
    static final int SETNS = on(308, 268);
    static final int UNSHARE = on(272, 97);
    static final int RENAMEAT2 = on(316, 276);
    static final int BPF = on(321, 280);
    static final int STATX = on(332, 291);
    static final int PIDFD_SEND_SIGNAL = 424;
    static final int OPEN_TREE = 428;
    static final int MOVE_MOUNT = 429;
    static final int PIDFD_OPEN = 434;
    static final int OPENAT2 = 437;
    static final int MOUNT_SETATTR = 442;

    static final int AT_FDCWD = -100;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_REMOVEDIR = 0x200;
    static final int AT_EMPTY_PATH = 0x1000;
    static final int AT_RECURSIVE = 0x8000;

    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_CREAT = 0x40;
    static final int O_EXCL = 0x80;
    static final int O_NOCTTY = 0x100;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;
    static final int O_PATH = 0x200000;
    static final int O_DIRECTORY = on(0x10000, 0x4000);
    static final int O_NOFOLLOW = on(0x20000, 0x8000);

    /// epoll_event is packed on x86-64 only.
    static final int EPOLL_EVENT_SIZE = on(12, 16);

    static final int EPOLL_DATA_OFFSET = on(4, 8);

    private Sys() {}

    /// pause(2), the one call used here that arm64 lacks.
    /// @throws KernelException (ENOSYS) on arm64
    static int pauseNumber() {
        if (ARM64) {
            throw new KernelException("namespaces are made with pause(2), which arm64 does not have", Errno.ENOSYS);
        }
        return 34;
    }

    private static int on(int x86, int arm64) {
        return ARM64 ? arm64 : x86;
    }
}
