# Compiles in parallel under make; the address sanitizer finds what it is there to find.
set -eu
mkdir /tmp/project && cd /tmp/project
cat >main.c <<'SOURCE'
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
int part(int);
static void *work(void *n) { return (void *) (long) part((int) (long) n); }
int main(int argc, char **argv) {
    pthread_t threads[4];
    long sum = 0;
    for (long n = 0; n < 4; n++) pthread_create(&threads[n], NULL, work, (void *) n);
    for (int n = 0; n < 4; n++) { void *got; pthread_join(threads[n], &got); sum += (long) got; }
    printf("sum %ld\n", sum);
    if (argc > 1) { char *gone = malloc(4); free(gone); return gone[atoi(argv[1])]; }
    return 0;
}
SOURCE
echo 'int part(int n) { return n * n; }' >part.c
printf 'CFLAGS = -O1 -g -fsanitize=address -pthread\nmain: main.o part.o\n\t$(CC) $(CFLAGS) -o $@ $^\n' >Makefile
make -s -j2
./main
./main 0 2>&1 | grep -o 'heap-use-after-free' | head -1
