package io.bulkhead.dockerapi;

/// A version of the Docker Engine API, such as 1.41.
public record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {

    /// The oldest this engine answers.
    public static final ApiVersion MINIMUM = new ApiVersion(1, 41);

    /// The newest this engine answers, and what a path without a version means.
    public static final ApiVersion CURRENT = new ApiVersion(1, 51);

    public boolean atLeast(int otherMajor, int otherMinor) {
        return compareTo(new ApiVersion(otherMajor, otherMinor)) >= 0;
    }

    @Override
    public int compareTo(ApiVersion other) {
        return major == other.major ? Integer.compare(minor, other.minor) : Integer.compare(major, other.major);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
