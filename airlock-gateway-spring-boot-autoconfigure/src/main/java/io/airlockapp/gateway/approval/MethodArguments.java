package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotatedMethod;

/**
 * A method and the arguments it is called with.
 *
 * @param targetClass the class of the called object
 * @param method the method, as that class declares it
 * @param values the very array that the method will be called with
 */
record MethodArguments(Class<?> targetClass, Method method, @Nullable Object[] values) {

	static final ParameterNameDiscoverer PARAMETER_NAMES = new DefaultParameterNameDiscoverer();

	/**
	 * Return the arguments with their names, which are {@code arg0} and so on for a class
	 * compiled without parameter names.
	 * @return the arguments in order
	 */
	List<Argument> list() {
		List<String> names = names(this.method);
		List<MethodParameter[]> declarations = Stream
			.concat(Stream.of(this.method),
					InheritedImplementations.implementedBy(this.method, this.targetClass).stream())
			.map((declaration) -> new AnnotatedMethod(declaration).getMethodParameters())
			.toList();
		List<Argument> result = new ArrayList<>();
		for (int i = 0; i < this.values.length; i++) {
			result.add(new Argument(names.get(i), this.values[i], isSensitive(declarations, i)));
		}
		return result;
	}

	/**
	 * Return the names that the arguments of a method have.
	 * @param method the method
	 */
	static List<String> names(Method method) {
		@Nullable String[] names = PARAMETER_NAMES.getParameterNames(method);
		List<String> result = new ArrayList<>();
		for (int i = 0; i < method.getParameterCount(); i++) {
			String name = (names != null) ? names[i] : null;
			result.add((name != null) ? name : "arg" + i);
		}
		return result;
	}

	private static boolean isSensitive(List<MethodParameter[]> declarations, int index) {
		return declarations.stream().anyMatch((parameters) -> isSensitive(parameters[index]));
	}

	private static boolean isSensitive(MethodParameter parameter) {
		return AnnotatedElementUtils.isAnnotated(
				AnnotatedElementUtils.forAnnotations(parameter.getParameterAnnotations()), AirlockSensitive.class);
	}

	@Override
	public String toString() {
		return this.targetClass.getSimpleName() + "." + this.method.getName();
	}

	/**
	 * One argument.
	 *
	 * @param name the parameter's name
	 * @param value the value
	 * @param sensitive whether the approver must not see it
	 */
	record Argument(String name, @Nullable Object value, boolean sensitive) {

		@Override
		public String toString() {
			return "Argument[name=%s]".formatted(this.name);
		}

	}

}
