/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.io.Closeable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.BaseStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.snapshot.MethodArguments.Argument;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.SpringProxy;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;
import org.springframework.stereotype.Controller;
import org.springframework.util.ClassUtils;

/**
 * Identifies the types whose objects can be read only once, or not yet, or are no data,
 * and so cannot be compared, and the methods that take them.
 */
public final class UnreadableTypes {

	/**
	 * Types of libraries whose values are not data. They are listed by name, since the
	 * libraries are optional.
	 */
	private static final Set<String> NO_DATA = Set.of(
			// They keep views of themselves, or a comparator
			"com.google.common.collect.Multimap", "com.google.common.collect.SortedMultiset",
			"com.google.common.collect.Table", "jakarta.persistence.EntityManager", "jakarta.servlet.ServletRequest",
			"jakarta.servlet.ServletResponse", "jakarta.servlet.http.HttpSession", "jakarta.servlet.http.Part",
			"java.lang.ClassLoader", "java.lang.Thread",
			// The host name, which is part of their text, is looked up later
			"java.net.InetAddress", "java.net.InetSocketAddress", "java.sql.Connection",
			// LocalTime and ZoneId have a text of their own
			"java.sql.Time", "java.util.TimeZone", "org.springframework.boot.ApplicationArguments",
			"org.springframework.context.PayloadApplicationEvent", "org.springframework.core.io.Resource",
			"org.springframework.http.HttpMessage", "org.springframework.http.codec.multipart.Part",
			"org.springframework.ui.Model", "org.springframework.ui.ModelMap", "org.springframework.validation.Errors",
			"org.springframework.web.context.support.RequestHandledEvent",
			"org.springframework.web.multipart.MultipartFile", "org.springframework.web.util.UriComponentsBuilder");

	/**
	 * Packages of Spring whose values belong to a server, to a connection or to an event
	 * of a context, except for enumerations. Types that Spring injects into methods of
	 * beans are not among them, since these methods can be of a guarded type.
	 */
	private static final List<String> NO_DATA_PACKAGES = List.of("com.fasterxml.jackson.",
			"org.springframework.boot.context.event.", "org.springframework.context.event.",
			"org.springframework.core.io.buffer.", "org.springframework.http.server.", "org.springframework.web.bind.",
			"org.springframework.web.context.request.", "org.springframework.web.method.",
			"org.springframework.web.reactive.", "org.springframework.web.server.", "org.springframework.web.servlet.");

	/**
	 * The reasons by type, because they are needed each time an argument is read.
	 */
	private static final ClassValue<@Nullable String> known = LibraryTypes.cache(UnreadableTypes::inspect);

	private UnreadableTypes() {
	}

	/**
	 * Find the reason why objects of a type cannot be read.
	 * @param type the type
	 * @return the reason, or {@code null} if there is none
	 */
	public static @Nullable String find(Class<?> type) {
		return known.get(type);
	}

	private static @Nullable String inspect(Class<?> type) {
		String name = type.getName();
		if (BaseStream.class.isAssignableFrom(type) || Iterator.class.isAssignableFrom(type)
				|| Closeable.class.isAssignableFrom(type) || LibraryTypes.hierarchy(type)
					.anyMatch((current) -> current.getName().equals("kotlin.sequences.Sequence"))) {
			return "a %s can be read only once, or is not data".formatted(name);
		}
		// A type of the application that implements one of these may be data
		if (LibraryTypes.contain(type) && !type.isEnum()
				&& LibraryTypes.hierarchy(type).anyMatch(UnreadableTypes::isNoData)) {
			return "a %s is not data".formatted(name);
		}
		if (AsynchronousTypes.isAsynchronous(type)) {
			return "the value of a %s is not available yet".formatted(name);
		}
		if (Proxy.isProxyClass(type) || SpringProxy.class.isAssignableFrom(type)) {
			return "a proxy has state that cannot be seen";
		}
		if (type.isHidden() && !type.isRecord()) {
			return "a lambda is not data";
		}
		return isValueClass(type)
				? "a %s is a Kotlin value class, which cannot be distinguished from the value inside".formatted(name)
				: null;
	}

	private static boolean isNoData(Class<?> type) {
		return NO_DATA.contains(type.getName()) || NO_DATA_PACKAGES.stream().anyMatch(type.getName()::startsWith);
	}

	/**
	 * Find the reason why a method cannot be guarded.
	 * @param method the method
	 * @param type the class of the called object
	 * @return the reason, or {@code null} if there is none
	 */
	public static @Nullable String find(Method method, Class<?> type) {
		List<Method> declarations = MethodDeclarations.of(method, type).toList();
		if (hasValueClass(method) || hasValueClass(declarations, type)) {
			return "it takes or returns a Kotlin value class, which cannot be distinguished from the value inside; take or return "
					+ "that value itself";
		}
		if (areOverloads(declarations) || MethodDeclarations.isMistakable(method, type)) {
			return "it has an overload that differs only in whether a number can be null, as pay(int) and pay(Integer), "
					+ "or not at all in this class, as pay(T) and pay(String) if T is String, and which of them is meant is not "
					+ "known; give one of them another name";
		}
		String obstacle = AsynchronousTypes.obstacle(method, type);
		@Nullable String[] names = MethodArguments.PARAMETER_NAMES.getParameterNames(method);
		if (obstacle == null && names != null && names.length != method.getParameterCount()) {
			return "it has parameters without a name, such as Kotlin's context parameters; make them parameters of the function";
		}
		for (Argument parameter : MethodArguments.parameters(type, method)) {
			Class<?> unreadable = (obstacle == null && !parameter.omitted()) ? findIn(parameter.type(), new HashSet<>())
					: null;
			if (unreadable != null) {
				obstacle = "its parameter '%s' %s a %s, which is not data and cannot be shown to a person; %s"
					.formatted(parameter.name(),
							(unreadable == parameter.type().resolve(Object.class)) ? "is" : "contains",
							unreadable.getName(), adviceFor(unreadable, type));
			}
		}
		return obstacle;
	}

	/**
	 * Find a type that cannot be read in a declared type: itself, or that of elements.
	 */
	private static @Nullable Class<?> findIn(ResolvableType declared, Set<Type> seen) {
		Class<?> type = declared.resolve(Object.class);
		if (find(type) != null) {
			return type;
		}
		Class<?> container = (type == Optional.class) ? type : Containers.kind(type);
		// The bound of a variable may contain the variable
		if (!seen.add(declared.getType())) {
			return null;
		}
		return (declared.isArray() ? Stream.of(declared.getComponentType())
				: (container != null) ? Arrays.stream(declared.as(container).getGenerics())
						: Stream.<ResolvableType>empty())
			.flatMap((part) -> Stream.ofNullable(findIn(part, seen)))
			// A formatter can show others
			.filter((unreadable) -> LibraryTypes.isOfJava(unreadable) || isValueClass(unreadable))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Return whether a method takes or returns the underlying value of one of Kotlin's
	 * value classes. An unsigned number then appears negative, and a hidden value like
	 * any other text. The compiler gives such a method a name that is not valid in Java,
	 * except for a {@code Result}, of which the value inside is shown.
	 */
	static boolean hasValueClass(Method method) {
		return KotlinDetector.isKotlinType(method.getDeclaringClass()) && method.getName().indexOf('-') != -1;
	}

	/**
	 * Return whether a type argument of the class is a value class in a declaration of
	 * the method. The proxy of an interface has no method of the compiler's name.
	 */
	private static boolean hasValueClass(List<Method> declarations, Class<?> type) {
		return declarations.stream()
			.flatMap((declaration) -> Stream.concat(
					Stream.of(ResolvableType.forMethodReturnType(declaration, type).toClass()),
					MethodDeclarations.parameterTypes(declaration, type)
						.stream()
						.filter((parameter) -> !parameter.getName().equals("kotlin.Result"))))
			.anyMatch(UnreadableTypes::isValueClass);
	}

	/**
	 * Return whether two declarations of a method are overloads: two of one class, or one
	 * for a primitive type beside one for its object, unless Kotlin implements that one
	 * of Java by the other.
	 */
	private static boolean areOverloads(List<Method> declarations) {
		List<Method> written = declarations.stream()
			.filter((one) -> !one.isBridge() && !isGenerated(one.getDeclaringClass()))
			.toList();
		return written.stream()
			.anyMatch((one) -> written.stream()
				.anyMatch((other) -> (one.getDeclaringClass() == other.getDeclaringClass()
						&& !Arrays.equals(one.getParameterTypes(), other.getParameterTypes()))
						|| (isPrimitiveOf(one, other) && !isImplemented(other, declarations))));
	}

	/**
	 * Return whether Java generates a class, with a method for each type of a parameter.
	 */
	private static boolean isGenerated(Class<?> type) {
		return Proxy.isProxyClass(type) || type.isHidden();
	}

	private static boolean isImplemented(Method method, List<Method> declarations) {
		return (Modifier.isAbstract(method.getModifiers()) && !KotlinDetector.isKotlinType(method.getDeclaringClass()))
				|| declarations.stream()
					.anyMatch((bridge) -> bridge.isBridge() && bridge.getDeclaringClass() != method.getDeclaringClass()
							&& Arrays.equals(bridge.getParameterTypes(), method.getParameterTypes()));
	}

	private static boolean isPrimitiveOf(Method method, Method other) {
		return IntStream.range(0, method.getParameterCount())
			.anyMatch((i) -> method.getParameterTypes()[i].isPrimitive()
					&& ClassUtils.isPrimitiveWrapper(other.getParameterTypes()[i]));
	}

	private static boolean isValueClass(Class<?> type) {
		return MergedAnnotations.from(type).isPresent("kotlin.jvm.JvmInline");
	}

	private static String adviceFor(Class<?> unreadable, Class<?> type) {
		return AsynchronousTypes.isAsynchronous(unreadable)
				? "take the value, and call the method when the value exists, such as by flatMap"
				: "take plain data, or leave it out with @AirlockOmitted if it does not matter to the approver"
						+ adviceFor(type);
	}

	/**
	 * Return advice about the arguments of a class, in addition to changing them.
	 * @return the rest of a sentence, which is empty unless the class is a controller
	 */
	static String adviceFor(Class<?> type) {
		return MergedAnnotations.from(type, SearchStrategy.TYPE_HIERARCHY).isPresent(Controller.class)
				? ", or guard the service behind the controller" : "";
	}

}
