package io.airlockapp.gateway.approval;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when a method requires approval in a way that cannot be enforced. It
 * is thrown at start, since the application would otherwise run the method without
 * approval, or when an object that is not a bean is about to be called as a tool.
 */
@SuppressWarnings("serial")
public class UnguardableMethodException extends RuntimeException {

	private final @Nullable String remedy;

	/**
	 * Create an exception.
	 * @param message the method and the reason
	 * @param cause the reason why an attribute cannot be used, or {@code null} if the
	 * exception is not about an attribute
	 */
	public UnguardableMethodException(String message, @Nullable Throwable cause) {
		this(message, cause, null);
	}

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
	 * Return the remedy, if it is specific to this exception.
	 * @return the remedy, or {@code null}
	 */
	public @Nullable String getRemedy() {
		return this.remedy;
	}

	/**
	 * Create an exception with a specific remedy.
	 * @param message the method and the reason
	 * @param remedy the remedy
	 * @return the exception
	 */
	public static UnguardableMethodException withRemedy(String message, String remedy) {
		return new UnguardableMethodException(message, null, remedy);
	}

}
