package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;

import org.springframework.expression.spel.support.ReflectivePropertyAccessor;

/**
 * Has a property of a Kotlin value class fail: the value inside of an unsigned number is
 * negative, which is less than every limit.
 */
final class WholePropertyAccessor extends ReflectivePropertyAccessor {

	WholePropertyAccessor() {
		super(false);
	}

	@Override
	protected boolean isCandidateForProperty(Method method, Class<?> targetClass) {
		return !KotlinValueClasses.areIn(method);
	}

}
