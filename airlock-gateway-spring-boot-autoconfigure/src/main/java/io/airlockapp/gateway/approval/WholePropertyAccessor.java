package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;

import org.springframework.expression.spel.support.ReflectivePropertyAccessor;

/**
 * Property accessor that rejects properties of Kotlin value classes: the value inside of
 * an unsigned number can be negative, which is less than every limit.
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
