package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * Thrown when a method asks for approval in a way that can't be kept: at start, since an
 * application that started anyway would run the method without, or when an object that is
 * no bean is to be called as a tool.
 */
@SuppressWarnings("serial")
public class UnguardableMethodException extends RuntimeException {

	/**
	 * Create an exception.
	 * @param message which method, and why
	 * @param cause the cause, if any
	 */
	public UnguardableMethodException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

	static UnguardableMethodException of(Method method, Class<?> type, String beanName, String obstacle) {
		return new UnguardableMethodException("%s of bean '%s' asks for approval, but can't be guarded: %s"
			.formatted(ClassUtils.getQualifiedMethodName(method, type), beanName, obstacle), null);
	}

}
