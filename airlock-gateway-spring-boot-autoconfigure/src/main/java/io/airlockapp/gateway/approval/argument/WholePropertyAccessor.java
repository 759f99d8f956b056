package io.airlockapp.gateway.approval.argument;

import java.lang.reflect.Field;
import java.lang.reflect.Method;

import io.airlockapp.gateway.approval.argument.type.KotlinValueClasses;
import org.jspecify.annotations.Nullable;

import org.springframework.expression.spel.support.ReflectivePropertyAccessor;

/**
 * Property accessor that rejects properties of Kotlin value classes: the underlying value
 * of an unsigned number can be negative, and so less than any limit.
 */
final class WholePropertyAccessor extends ReflectivePropertyAccessor {

	WholePropertyAccessor() {
		super(false);
	}

	/**
	 * Return the type of a property that all objects of a class have.
	 * @return the type, or {@code null} if there is no such property
	 */
	static @Nullable Class<?> typeOf(Class<?> owner, String name) {
		WholePropertyAccessor accessor = new WholePropertyAccessor();
		Method getter = accessor.findGetterForProperty(name, owner, false);
		if (getter != null) {
			return getter.getReturnType();
		}
		Field field = accessor.findField(name, owner, false);
		return (field != null) ? field.getType() : null;
	}

	@Override
	protected boolean isCandidateForProperty(Method method, Class<?> targetClass) {
		return !KotlinValueClasses.hasValueClassIn(method);
	}

}
