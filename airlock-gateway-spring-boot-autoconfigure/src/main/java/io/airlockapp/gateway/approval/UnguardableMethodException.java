/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Exception thrown when a method requires approval in a way that cannot be enforced. It
 * is thrown at start, since the application would otherwise run the method without
 * approval, or when an object that is not a bean is about to be called as a tool.
 */
public class UnguardableMethodException extends RuntimeException {

	private final @Nullable String remedy;

	private UnguardableMethodException(String message, @Nullable Throwable cause, @Nullable String remedy) {
		super(message, cause);
		this.remedy = remedy;
	}

	/**
	 * Return whether the exception is about an attribute of the annotation, and not about
	 * a method that cannot be guarded.
	 * @return whether an attribute cannot be used
	 */
	public boolean isAboutAttribute() {
		return getCause() != null;
	}

	/**
	 * Return the remedy, apart from the message.
	 * @return the remedy, or {@code null} if only the message contains it
	 */
	public @Nullable String getRemedy() {
		return this.remedy;
	}

	/**
	 * Create an exception about an attribute of the annotation.
	 * @param message the method and the reason
	 * @param cause the reason why the attribute cannot be used
	 * @param remedy the remedy
	 * @return the exception
	 */
	public static UnguardableMethodException ofAttribute(String message, Throwable cause, String remedy) {
		return new UnguardableMethodException(message, cause, remedy);
	}

	/**
	 * Create an exception with a remedy.
	 * @param message the method and the reason
	 * @param remedy the remedy
	 * @return the exception
	 */
	public static UnguardableMethodException withRemedy(String message, String remedy) {
		return new UnguardableMethodException(message, null, remedy);
	}

	/**
	 * Create an exception with a remedy that is part of its message.
	 * @param prefix the beginning of the message, with the method
	 * @param obstacle the reason and, after the first semicolon, the remedy
	 * @return the exception
	 */
	public static UnguardableMethodException ofObstacle(String prefix, String obstacle) {
		int end = obstacle.indexOf("; ");
		return new UnguardableMethodException(prefix + obstacle, null,
				(end != -1) ? StringUtils.capitalize(obstacle.substring(end + 2)) + "." : null);
	}

}
