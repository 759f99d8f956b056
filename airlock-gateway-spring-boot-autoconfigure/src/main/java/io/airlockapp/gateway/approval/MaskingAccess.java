package io.airlockapp.gateway.approval;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.core.convert.TypeDescriptor;
import org.springframework.expression.AccessException;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.MethodExecutor;
import org.springframework.expression.MethodResolver;
import org.springframework.expression.PropertyAccessor;
import org.springframework.expression.TypedValue;
import org.springframework.expression.spel.support.ReflectiveMethodResolver;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.expression.spel.support.StandardTypeConverter;

/**
 * Has expressions see the mask where a member is {@link AirlockSensitive}: as a property,
 * as a method, and in the text form of what has such members, also if a method of Java
 * makes it.
 */
final class MaskingAccess implements PropertyAccessor, MethodResolver {

	private final MethodResolver methods = new ReflectiveMethodResolver();

	private MaskingAccess() {
	}

	static void addTo(StandardEvaluationContext context) {
		MaskingAccess access = new MaskingAccess();
		context.addPropertyAccessor(access);
		context.addMethodResolver(access);
		context.setTypeConverter(new MaskingTypeConverter());
	}

	@Override
	public Class<?> @Nullable [] getSpecificTargetClasses() {
		return null;
	}

	@Override
	public boolean canRead(EvaluationContext context, @Nullable Object target, String name) {
		return target != null && SensitiveMembers.has(target.getClass(), name);
	}

	@Override
	public TypedValue read(EvaluationContext context, @Nullable Object target, String name) {
		return new TypedValue(Masking.MASK);
	}

	@Override
	public boolean canWrite(EvaluationContext context, @Nullable Object target, String name) {
		return false;
	}

	@Override
	public void write(EvaluationContext context, @Nullable Object target, String name, @Nullable Object newValue) {
		throw new UnsupportedOperationException("Sensitive properties can't be written");
	}

	@Override
	public @Nullable MethodExecutor resolve(EvaluationContext context, Object target, String name,
			List<TypeDescriptor> argumentTypes) throws AccessException {
		boolean sensitive = SensitiveMembers.has(target.getClass(), name)
				|| (name.equals("toString") && SensitiveTexts.mayShow(target));
		if (sensitive) {
			return (evaluation, object, arguments) -> new TypedValue(Masking.MASK);
		}
		MethodExecutor executor = makesTexts(target) ? this.methods.resolve(context, target, name, argumentTypes)
				: null;
		return (executor != null)
				? (evaluation, object, arguments) -> mask(executor.execute(evaluation, object, arguments), arguments)
				: null;
	}

	/**
	 * Return whether methods may make a text of their arguments that the application's
	 * author did not think of: those of Java and of Spring's utilities.
	 */
	private static boolean makesTexts(Object target) {
		Class<?> type = (target instanceof Class<?> owner) ? owner : target.getClass();
		return type.getName().startsWith("java.") || type.getName().startsWith("org.springframework.util.");
	}

	private static TypedValue mask(TypedValue result, @Nullable Object... arguments) {
		boolean text = result.getValue() instanceof CharSequence;
		return (text && SensitiveTexts.mayShow(arguments)) ? new TypedValue(Masking.MASK) : result;
	}

	private static final class MaskingTypeConverter extends StandardTypeConverter {

		@Override
		public boolean canConvert(@Nullable TypeDescriptor sourceType, TypeDescriptor targetType) {
			// Otherwise the text form is taken without asking this converter
			return targetType.getType() == String.class || super.canConvert(sourceType, targetType);
		}

		@Override
		public @Nullable Object convertValue(@Nullable Object value, @Nullable TypeDescriptor sourceType,
				TypeDescriptor targetType) {
			if (targetType.getType() == String.class && SensitiveTexts.mayShow(value)) {
				return Masking.MASK;
			}
			if (targetType.getType() == String.class && !super.canConvert(sourceType, targetType)) {
				return String.valueOf(value);
			}
			return super.convertValue(value, sourceType, targetType);
		}

	}

}
