/// Values as Docker writes them for people and reads them from people: sizes, ages, durations, moments, columns.
/// Pure: the clock is passed in.
@NullMarked
package io.bulkhead.cli.text;

import org.jspecify.annotations.NullMarked;
