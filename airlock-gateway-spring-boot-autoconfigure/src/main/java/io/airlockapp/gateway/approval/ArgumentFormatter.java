/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

/**
 * Strategy interface for a type whose objects are values to the application, such as an
 * amount of money of a library. A bean of this type makes the guard show and bind an
 * argument of that type by its text and its class, instead of by its fields.
 * <p>
 * An implementation promises that different values have different texts. If they had not,
 * a value could be replaced after it was approved. It also promises that a value has the
 * same text each time: the text is compared with that which was approved, and a call
 * whose text has changed is refused. Implementations must be thread-safe. Of several
 * formatters for one type, the first in the order of the beans is used.
 *
 * @param <T> the type
 */
public interface ArgumentFormatter<T> {

	/**
	 * Return the type, which is not one of Java's. Subclasses are included, except for
	 * those that add fields to a class that is not abstract.
	 * @return the type
	 */
	Class<T> getType();

	/**
	 * Return the text of a value.
	 * @param value the value
	 * @return the text, which no other value has
	 */
	String format(T value);

}
