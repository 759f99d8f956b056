/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.lang.annotation.Annotation;
import java.lang.annotation.AnnotationFormatError;
import java.lang.annotation.Repeatable;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;
import io.airlockapp.gateway.approval.UnguardableMethodException;
import io.airlockapp.gateway.approval.snapshot.ClassFiles;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;
import io.airlockapp.gateway.approval.snapshot.MethodDeclarations;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.SpringProxy;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.core.BridgeMethodResolver;
import org.springframework.core.KotlinDetector;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the methods of a class that require a guard, whether or not they can be guarded.
 */
public final class GuardedMethods {

	/**
	 * Each class and interface is inspected once, by loops, since nearly all beans of an
	 * application have no guarded methods, and must cost little. All of it is inspected,
	 * since a guarded method must not hide an annotation that has no effect. Those of
	 * Java cannot have the annotation.
	 */
	private static final ClassValue<Boolean> known = LibraryTypes
		.cache((type) -> !LibraryTypes.isOfJava(type) && (inherits(type) | declares(type)));

	/**
	 * Whether the type of an annotation is or includes {@link RequiresAirlockApproval},
	 * also in a container of repeated annotations. Most elements have no such annotation,
	 * and Spring would remember that of each of them.
	 */
	private static final ClassValue<Boolean> including = LibraryTypes.cache(GuardedMethods::isIncluded);

	/**
	 * The guarded methods of each class, which are needed for each object of it.
	 */
	private static final ClassValue<List<Method>> methods = LibraryTypes.cache(GuardedMethods::find);

	/**
	 * The attributes that an annotation can set only by an alias, and that decide whether
	 * and by whom a call is approved. Texts can be of another kind.
	 */
	private static final Set<String> ATTRIBUTES = Arrays.stream(RequiresAirlockApproval.class.getDeclaredMethods())
		.map(Method::getName)
		.filter((name) -> !Set.of("value", "description", "artifactType").contains(name))
		.collect(Collectors.toUnmodifiableSet());

	/**
	 * The names that annotations of Spring have, too.
	 */
	private static final Set<String> SHARED_ATTRIBUTES = Set.of("condition", "timeout");

	/**
	 * Annotations of Spring, except for those that concern beans and injection, and of
	 * libraries that call private methods, too.
	 */
	private static final Pattern OF_HANDLERS = Pattern.compile(
			"org\\.springframework\\.(?!(beans|context\\.annotation|core)\\.)|dev\\.langchain4j\\.|org\\.axonframework\\.");

	private GuardedMethods() {
	}

	/**
	 * Return the methods that require approval.
	 * @param type the class
	 * @return the methods of the class and its superclasses, and the methods of its
	 * interfaces that have code
	 */
	public static List<Method> of(Class<?> type) {
		return mayGuard(type) ? methods.get(type) : List.of();
	}

	private static List<Method> find(Class<?> type) {
		return Stream.concat(Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type)), notInherited(type))
			.distinct()
			.filter((method) -> isGuarded(method, type))
			// Reflection has no order, and the first one that is refused is named
			.sorted(Comparator.comparing(Method::getName)
				.thenComparing(Method::isBridge, Comparator.reverseOrder())
				.thenComparing(Method::toString))
			.toList();
	}

	/**
	 * Return the private and static methods of all interfaces, which reflection does not
	 * consider to be methods of the class.
	 */
	private static Stream<Method> notInherited(Class<?> type) {
		return LibraryTypes.hierarchy(type)
			.filter(Class::isInterface)
			.flatMap((parent) -> Arrays.stream(parent.getDeclaredMethods()))
			.filter((method) -> (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC)) != 0);
	}

	private static boolean isGuarded(Method method, Class<?> type) {
		if ((method.isBridge() && !isUnresolvedBridge(method, type)) || method.getDeclaringClass() == Object.class) {
			return false;
		}
		return ApprovalAttributeSource.findAnnotation(method, typeOf(method, type)) != null;
	}

	private static Class<?> typeOf(Method method, Class<?> type) {
		return (isHidden(method, type) && !isHandler(method)) ? method.getDeclaringClass() : type;
	}

	/**
	 * Return the types whose annotation applies to a method. Only its own one applies to
	 * a method that is private, static or added by a compiler, and none of a subclass to
	 * one that the subclass cannot access. Those that Spring calls are different, and so
	 * are those of the subclass that locks them.
	 * @param method the method
	 * @param type the class of the target
	 */
	static Stream<Class<?>> annotatedTypes(Method method, Class<?> type) {
		Class<?> declaringClass = method.getDeclaringClass();
		boolean own = (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC)) != 0
				|| (isOfCompiler(method) && declaringClass.isAssignableFrom(type));
		return (ReflectionUtils.isObjectMethod(method) || (own && !isHandler(method))) ? Stream.empty()
				: Stream.of(typeOf(method, type), declaringClass).flatMap(LibraryTypes::hierarchy);
	}

	/**
	 * Return whether a compiler added a method. In Kotlin, authors can mark their methods
	 * as synthetic.
	 */
	private static boolean isOfCompiler(Method method) {
		return method.isSynthetic() && !method.isBridge() && !KotlinDetector.isKotlinType(method.getDeclaringClass());
	}

	/**
	 * Return whether an annotation makes Spring or another library call a method when
	 * others request it, whatever its modifiers are. Spring calls those of beans and
	 * injections itself.
	 */
	private static boolean isHandler(Method method) {
		MergedAnnotations annotations = MergedAnnotations.from(method);
		return !annotations.isPresent(Bean.class) && annotations.stream()
			.map((annotation) -> annotation.getType().getName())
			.anyMatch((name) -> OF_HANDLERS.matcher(name).lookingAt());
	}

	/**
	 * Return whether a method only calls another one that Spring cannot find, or for
	 * which the annotation is not found, so that the other one cannot be guarded. Spring
	 * finds it by its name and the types of its parameters, so it may find another one
	 * than the class file calls.
	 * @param method the method
	 * @param type the class
	 */
	public static boolean isUnresolvedBridge(Method method, Class<?> type) {
		if (!method.isBridge()) {
			return false;
		}
		Method bridged = BridgeMethodResolver.findBridgedMethod(method);
		if (bridged.isBridge() || !isResolved(bridged, bridged, type)) {
			return true;
		}
		Set<String> called = ClassFiles.calledBy(method);
		return Arrays.stream(ReflectionUtils.getAllDeclaredMethods(type))
			.anyMatch((each) -> (each.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC)) == 0
					&& called.contains(ClassFiles.nameAndDescriptor(each)) && !isResolved(each, bridged, type));
	}

	/**
	 * Return whether a method that a bridge calls is guarded, and the one that Spring
	 * finds for the bridge. It finds {@code Object.clone()} for a bridge to one with
	 * another return type.
	 */
	private static boolean isResolved(Method called, Method bridged, Class<?> type) {
		if (called.getDeclaringClass() == Object.class) {
			return true;
		}
		boolean found = bridged.getDeclaringClass() == Object.class
				|| MethodDeclarations.of(called, type).anyMatch(bridged::equals);
		return found && ApprovalAttributeSource.findAnnotation(called, type) != null;
	}

	/**
	 * Return whether a method is accessible only in a package other than that of the
	 * class, so that the class cannot override it.
	 * @param method the method
	 * @param type the class
	 */
	public static boolean isHidden(Method method, Class<?> type) {
		Class<?> declaringClass = method.getDeclaringClass();
		boolean visible = Modifier.isPublic(method.getModifiers()) || Modifier.isProtected(method.getModifiers());
		return !visible && !(declaringClass.getPackageName().equals(type.getPackageName())
				&& declaringClass.getClassLoader() == type.getClassLoader());
	}

	/**
	 * Return whether a type may have guarded methods: whether
	 * {@link RequiresAirlockApproval} is present on the type, on a superclass or
	 * interface, or on a method of these.
	 * @param type the type
	 * @return {@code false} only if the type has no guarded methods
	 */
	public static boolean mayGuard(Class<?> type) {
		return known.get(type);
	}

	/**
	 * Return whether Spring mistakes a class for a generated subclass because of its
	 * name, and so does not find {@link RequiresAirlockApproval} on it, on its methods or
	 * on its interfaces.
	 * @param type the class
	 * @return whether it has the annotation and Spring looks for it in the superclass
	 */
	public static boolean isMistaken(Class<?> type) {
		Class<?> userClass = ClassUtils.getUserClass(type);
		return userClass != type && !SpringProxy.class.isAssignableFrom(type)
				&& (declares(type) || Arrays.stream(type.getInterfaces())
					.anyMatch((parent) -> known.get(parent) && !parent.isAssignableFrom(userClass)));
	}

	private static boolean inherits(Class<?> type) {
		boolean inherited = type.getSuperclass() != null && known.get(type.getSuperclass());
		for (Class<?> parent : type.getInterfaces()) {
			inherited |= known.get(parent);
		}
		return inherited;
	}

	private static boolean declares(Class<?> type) {
		String property = findAnnotatedProperty(type);
		if (property != null) {
			throw UnguardableMethodException.withRemedy(
					"%s requires approval by an annotation on '%s', where it has no effect".formatted(type.getName(),
							property),
					"Put it on a method. In Kotlin, @get: and @set: put that of a property on its accessors.");
		}
		boolean annotated = isAnnotated(type);
		for (Method method : ReflectionUtils.getDeclaredMethods(type)) {
			annotated |= isAnnotated(method);
		}
		return annotated;
	}

	/**
	 * Find what has the annotation without an effect: a field, a constructor, a
	 * parameter, or a method that is never called, on some of which Kotlin and Scala put
	 * the annotation of a property. One of the application may be permitted there.
	 * @return the name, or {@code null} if there is nothing
	 */
	private static @Nullable String findAnnotatedProperty(Class<?> type) {
		try {
			for (Field field : type.getDeclaredFields()) {
				if (isIneffective(field)) {
					return field.getName();
				}
			}
			for (Constructor<?> constructor : type.getDeclaredConstructors()) {
				if (isIneffective(constructor) || hasIneffectiveParameter(constructor)) {
					return constructor.toString();
				}
			}
			Method[] methods = ReflectionUtils.getDeclaredMethods(type);
			for (Method method : methods) {
				if (hasIneffectiveParameter(method)) {
					return method.toString();
				}
			}
			String implementation = type.getName() + "$DefaultImpls";
			if (type.isInterface() && KotlinDetector.isKotlinType(type)
					&& ClassUtils.isPresent(implementation, type.getClassLoader())) {
				methods = ClassUtils.resolveClassName(implementation, type.getClassLoader()).getDeclaredMethods();
			}
			for (Method method : methods) {
				if (method.getName().endsWith("$annotations") && isAnnotated(method)) {
					return method.getName();
				}
			}
		}
		catch (LinkageError | AnnotationFormatError | TypeNotPresentException ex) {
			// What a field names is missing, which must not hide the methods
		}
		return null;
	}

	private static boolean hasIneffectiveParameter(Executable executable) {
		for (Annotation[] annotations : executable.getParameterAnnotations()) {
			if (annotations.length > 0 && isIneffective(AnnotatedElementUtils.forAnnotations(annotations))) {
				return true;
			}
		}
		return false;
	}

	private static boolean isIneffective(AnnotatedElement property) {
		if (!isAnnotated(property)) {
			return false;
		}
		MergedAnnotations annotations = MergedAnnotations.from(property);
		return !annotations.isPresent(Qualifier.class) && !annotations.isPresent("jakarta.inject.Qualifier");
	}

	private static boolean isAnnotated(AnnotatedElement element) {
		boolean included = false;
		for (Annotation annotation : element.getDeclaredAnnotations()) {
			included |= including.get(annotation.annotationType());
		}
		// Spring ignores an annotation with a value that cannot be loaded
		if (included && MergedAnnotations.from(element).stream(RequiresAirlockApproval.class).findAny().isEmpty()) {
			throw UnguardableMethodException.withRemedy(
					"%s requires approval by an annotation of the application, but cannot be guarded: Spring ignores that annotation, because a class or an enum constant is missing that it or one of its own annotations names"
						.formatted(element),
					"Add what is missing to the class path, or use an annotation without it.");
		}
		return included;
	}

	private static boolean isIncluded(Class<?> type) {
		Set<Class<?>> annotations = withOwnAnnotations(type, new LinkedHashSet<>());
		if (!annotations.contains(RequiresAirlockApproval.class)) {
			return false;
		}
		annotations.stream()
			.filter((one) -> one != RequiresAirlockApproval.class && includes(one))
			.forEach(GuardedMethods::requireAliases);
		return true;
	}

	private static boolean includes(Class<?> type) {
		return withOwnAnnotations(type, new LinkedHashSet<>()).contains(RequiresAirlockApproval.class);
	}

	/**
	 * Add an annotation and those on it, and on them, also those that it repeats.
	 */
	private static Set<Class<?>> withOwnAnnotations(Class<?> type, Set<Class<?>> found) {
		if (found.add(type) && type != RequiresAirlockApproval.class) {
			for (Annotation annotation : type.getDeclaredAnnotations()) {
				withOwnAnnotations(annotation.annotationType(), found);
			}
			Method value = ReflectionUtils.findMethod(type, "value");
			Class<?> repeated = (value != null) ? value.getReturnType().getComponentType() : null;
			if (repeated != null && repeated.isAnnotationPresent(Repeatable.class)) {
				withOwnAnnotations(repeated, found);
			}
		}
		return found;
	}

	/**
	 * Require that an annotation of the application has no attribute that looks like one
	 * of {@link RequiresAirlockApproval} and does not set it, such as other approvers.
	 */
	private static void requireAliases(Class<?> type) {
		for (Method attribute : type.getDeclaredMethods()) {
			if (ATTRIBUTES.contains(attribute.getName()) && !isAlias(attribute)) {
				throw UnguardableMethodException.withRemedy(
						"The annotation %s requires approval, but its attribute '%s' has no effect"
							.formatted(type.getName(), attribute.getName()),
						"Add @AliasFor(annotation = RequiresAirlockApproval.class) to it, or give it another name.");
			}
		}
	}

	/**
	 * Return whether an attribute is an alias of one of {@link RequiresAirlockApproval},
	 * or of one that other annotations have as well. Without an annotation, it is an
	 * alias of another attribute beside it.
	 */
	private static boolean isAlias(Method attribute) {
		AliasFor alias = attribute.getAnnotation(AliasFor.class);
		return alias != null && alias.annotation() != Annotation.class
				&& (SHARED_ATTRIBUTES.contains(attribute.getName()) || includes(alias.annotation()));
	}

}
