import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/// Writes the classes of a jar anew in the class file version of Java 8, with the stack maps that versions below 50 lack.
/// usage: java RaiseClassVersion.java JAR
///
/// The ahead-of-time cache takes no class below version 50 (HotSpot: "Pre JDK 6 class not supported by CDS"), and
/// picocli, which every command starts with, is compiled to 49: its classes were half of the start. Nothing but the
/// version and the stack maps changes; classes that are new enough are left alone.
final class RaiseClassVersion {

    private final ClassFile classes;

    /// Stack maps name common superclasses, so the jar's own classes must be found.
    private RaiseClassVersion(ZipFile jar) {
        classes = ClassFile.of(
                StackMapsOption.GENERATE_STACK_MAPS,
                ConstantPoolSharingOption.NEW_POOL,
                ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(name -> open(
                                jar, name.packageName().replace('.', '/') + "/" + name.displayName() + ".class"))
                        .orElse(ClassHierarchyResolver.defaultResolver())
                        .cached()));
    }

    public static void main(String[] arguments) throws IOException {
        Path jar = Path.of(arguments[0]);
        Path raised = jar.resolveSibling(jar.getFileName() + ".raised");
        try (ZipFile in = new ZipFile(jar.toFile());
                OutputStream file = Files.newOutputStream(raised);
                ZipOutputStream out = new ZipOutputStream(file)) {
            var raise = new RaiseClassVersion(in);
            for (ZipEntry entry : in.stream().toList()) {
                byte[] bytes = in.getInputStream(entry).readAllBytes();
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(entry.getName().endsWith(".class") ? raise.raised(bytes) : bytes);
                out.closeEntry();
            }
        }
        Files.move(raised, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private byte[] raised(byte[] bytes) {
        var parsed = classes.parse(bytes);
        if (parsed.majorVersion() >= ClassFile.JAVA_6_VERSION) {
            return bytes;
        }
        var version = ClassFileVersion.of(ClassFile.JAVA_8_VERSION, 0);
        byte[] raised = classes.transformClass(parsed, (builder, element) -> {
            switch (element) {
                case ClassFileVersion _ -> builder.with(version);
                // Element by element: a body that is handed on as a whole is copied without new stack maps.
                case MethodModel method -> builder.transformMethod(
                        method, MethodTransform.transformingCode((code, each) -> code.with(each)));
                default -> builder.with(element);
            }
        });
        var errors = classes.verify(raised);
        if (!errors.isEmpty()) {
            throw errors.getFirst();
        }
        return raised;
    }

    private static InputStream open(ZipFile jar, String name) {
        try {
            ZipEntry entry = jar.getEntry(name);
            return entry == null ? null : jar.getInputStream(entry);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
