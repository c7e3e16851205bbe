# The compiler, a program with threads under each collector, and the shell.
set -eu
mkdir /tmp/java && cd /tmp/java
cat >Main.java <<'PROGRAM'
import java.util.stream.*;
public class Main {
    public static void main(String[] args) throws Exception {
        int kept = IntStream.range(0, 2000).parallel().mapToObj(n -> new byte[100_000]).mapToInt(b -> b.length / 100_000).sum();
        var child = new ProcessBuilder("echo", "child").start();
        System.out.println(kept + " " + new String(child.getInputStream().readAllBytes()).strip());
    }
}
PROGRAM
javac Main.java
for collector in Serial Parallel G1 Z; do java -Xmx256m -XX:+Use${collector}GC Main; done
printf 'int x = 6 * 7\nSystem.out.println("shell " + x)\n/exit\n' | jshell -s - 2>&1 | grep -o 'shell 42'
