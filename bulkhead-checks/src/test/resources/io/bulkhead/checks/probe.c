/* Makes one system call, without libc: `probe TABLE CALL A B C`. TABLE is n (native), x (the x32 bit) or i (int 0x80,
 * the i386 table); numbers are decimal. The exit code is 64 plus the errno, 64 when the call worked: no failure of the
 * runtime can be taken for an answer of the kernel. */
static long number(const char *text) {
    long value = 0;
    while (*text) value = value * 10 + (*text++ - '0');
    return value;
}
static long native(long nr, long a, long b, long c) {
    long result;
    __asm__ volatile("syscall" : "=a"(result) : "a"(nr), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
    return result;
}
static long i386(long nr, long a, long b, long c) {
    long result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(nr), "b"(a), "c"(b), "d"(c)
                     : "r8", "r9", "r10", "r11", "memory");
    return result;
}
__attribute__((used)) void run(long *stack) {
    char **argv = (char **)(stack + 1);
    long nr = number(argv[2]), a = number(argv[3]), b = number(argv[4]), c = number(argv[5]);
    long result = argv[1][0] == 'i' ? i386(nr, a, b, c) : native(argv[1][0] == 'x' ? nr | 0x40000000 : nr, a, b, c);
    native(231, 64 + (result < 0 ? -result : 0), 0, 0);
}
__asm__(".globl _start\n_start:\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call run\n");
