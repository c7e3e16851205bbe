package io.bulkhead.cli.template;

/// A template that cannot be read, that uses what is not supported, or that asks for a field which is not there.
public final class TemplateException extends RuntimeException {

    private static final long serialVersionUID = 1;

    TemplateException(String problem) {
        super("template parsing error: " + problem);
    }
}
