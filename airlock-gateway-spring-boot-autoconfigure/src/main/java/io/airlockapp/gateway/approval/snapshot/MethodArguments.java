/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.AirlockSensitive;
import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

/**
 * Holds a method and the arguments it is called with.
 *
 * @param targetClass the class of the called object
 * @param method the method, as declared by that class
 * @param values the same array that the method will be called with
 */
public record MethodArguments(Class<?> targetClass, Method method, @Nullable Object[] values) {

	public static final ParameterNameDiscoverer PARAMETER_NAMES = new DefaultParameterNameDiscoverer();

	/**
	 * Caches the declared parameters, since they are needed each time the arguments are
	 * read.
	 */
	private static final ClassValue<Map<Method, List<Argument>>> declaredParameters = LibraryTypes
		.cache((type) -> new ConcurrentHashMap<>());

	/**
	 * Return the declared parameters with their names. In a class compiled without
	 * parameter names, they are {@code arg0} and so on.
	 * @return the parameters in order
	 */
	public List<Argument> list() {
		return parameters(this.targetClass, this.method);
	}

	/**
	 * Return the declared parameters of a method.
	 * @param targetClass the class of the called object
	 * @param method the method, as declared by that class
	 * @return the parameters in order
	 */
	public static List<Argument> parameters(Class<?> targetClass, Method method) {
		return declaredParameters.get(targetClass)
			.computeIfAbsent(method, (key) -> readParameters(targetClass, method));
	}

	private static List<Argument> readParameters(Class<?> targetClass, Method method) {
		List<String> names = names(method);
		List<Method> declarations = MethodDeclarations.of(method, targetClass).toList();
		boolean hidden = hidesArguments(method, declarations, targetClass);
		List<Argument> result = new ArrayList<>();
		for (int i = 0; i < names.size(); i++) {
			ResolvableType type = NodeWriter.declared(
					ResolvableType.forMethodParameter(new MethodParameter(method, i).withContainingClass(targetClass)));
			// A declaration that hides the value wants it to be bound
			boolean omitted = isMarked(declarations, i, AirlockOmitted.class);
			boolean sensitive = isMarked(declarations, i, AirlockSensitive.class) || (!omitted && hidden);
			result.add(new Argument(i, names.get(i), type, sensitive, omitted && !sensitive));
		}
		return List.copyOf(result);
	}

	/**
	 * Return the names of the arguments of a method.
	 */
	public static List<String> names(Method method) {
		@Nullable String[] names = PARAMETER_NAMES.getParameterNames(method);
		List<String> result = new ArrayList<>();
		int count = method.getParameterCount();
		for (int i = 0; i < count; i++) {
			// Names of which some are missing could belong to other arguments
			String name = (names != null && names.length == count) ? names[i] : null;
			result.add((name != null) ? name : "arg" + i);
		}
		return result;
	}

	/**
	 * Return the other methods of the class with the same name and the same names of
	 * parameters, which differ from this one by the types of these alone.
	 * @return the methods
	 */
	public Stream<Method> namesakes() {
		List<Method> own = MethodDeclarations.of(this.method, this.targetClass).toList();
		return LibraryTypes.hierarchy(this.targetClass)
			.flatMap((type) -> Arrays.stream(ReflectionUtils.getDeclaredMethods(type)))
			.filter((other) -> !other.isBridge() && !own.contains(other)
					&& declaredName(other).equals(declaredName(this.method))
					&& names(other).equals(names(this.method)));
	}

	/**
	 * Return the class whose name is used for a guarded method. An anonymous class has no
	 * name.
	 * @param type the class
	 * @return the class, or the type that it implements or extends if it is anonymous
	 */
	public static Class<?> namedType(Class<?> type) {
		Class<?> named = type;
		while (named.isAnonymousClass()) {
			Class<?>[] interfaces = named.getInterfaces();
			named = (interfaces.length > 0) ? interfaces[0] : named.getSuperclass();
		}
		return named;
	}

	/**
	 * Return the name of a method as in the source of its class. Kotlin's compiler adds
	 * the module to that of an internal function, and a hash to that of one with a value
	 * class.
	 * @param method the method
	 * @return the name
	 */
	public static String declaredName(Method method) {
		String name = method.getName();
		return KotlinDetector.isKotlinType(method.getDeclaringClass()) ? name.replaceFirst("(?<=.)[$-].*", "") : name;
	}

	private static boolean isMarked(List<Method> declarations, int index, Class<? extends Annotation> annotation) {
		return declarations.stream()
			.flatMap((method) -> Arrays.stream(method.getParameterAnnotations()[index]))
			.anyMatch(annotation::isInstance);
	}

	/**
	 * Return whether a method hides its arguments, or sets a property that is hidden.
	 */
	private static boolean hidesArguments(Method method, List<Method> declarations, Class<?> type) {
		return declarations.stream().anyMatch((declaration) -> declaration.isAnnotationPresent(AirlockSensitive.class))
				|| (method.getName().startsWith("set") && method.getParameterCount() == 1
						&& Stream.of(method.getName(), declaredName(method))
							.anyMatch((name) -> MemberAnnotations.isSensitive(type, name)));
	}

	@Override
	public String toString() {
		return namedType(this.targetClass).getSimpleName() + "." + declaredName(this.method);
	}

	/**
	 * Declaration of one argument.
	 *
	 * @param index the parameter's index
	 * @param name the parameter's name
	 * @param type the parameter's type
	 * @param sensitive whether the value is masked for the approver
	 * @param omitted whether the argument is left out of what is approved
	 */
	public record Argument(int index, String name, ResolvableType type, boolean sensitive, boolean omitted) {
	}

}
