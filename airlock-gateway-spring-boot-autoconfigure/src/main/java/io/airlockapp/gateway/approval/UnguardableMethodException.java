package io.airlockapp.gateway.approval;

import org.jspecify.annotations.Nullable;

/**
 * Exception thrown when a method requires approval in a way that can't be enforced: at
 * start, since an application that started anyway would run the method without approval,
 * or when an object that is no bean is about to be called as a tool.
 */
@SuppressWarnings("serial")
public class UnguardableMethodException extends RuntimeException {

	private final @Nullable String remedy;

	/**
	 * Create an exception.
	 * @param message which method, and why
	 * @param cause why an attribute can't be used, if it is about one
	 */
	public UnguardableMethodException(String message, @Nullable Throwable cause) {
		this(message, cause, null);
	}

	private UnguardableMethodException(String message, @Nullable Throwable cause, @Nullable String remedy) {
		super(message, cause);
		this.remedy = remedy;
	}

	/**
	 * Return whether it is an attribute of the annotation that can't be used, and not the
	 * method that can't be guarded.
	 * @return whether it is an attribute
	 */
	public boolean isAboutAttribute() {
		return getCause() != null;
	}

	/**
	 * Return how to mend it, where that is not the same for all.
	 * @return the remedy, or {@code null}
	 */
	public @Nullable String getRemedy() {
		return this.remedy;
	}

	/**
	 * Create an exception with a remedy of its own.
	 * @param message which method, and why
	 * @param remedy how to mend it
	 * @return the exception
	 */
	public static UnguardableMethodException withRemedy(String message, String remedy) {
		return new UnguardableMethodException(message, null, remedy);
	}

}
