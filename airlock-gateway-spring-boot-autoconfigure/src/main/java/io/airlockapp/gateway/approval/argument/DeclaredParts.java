package io.airlockapp.gateway.approval.argument;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JacksonAnnotation;
import com.fasterxml.jackson.annotation.JacksonAnnotationsInside;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;

import org.springframework.core.NativeDetector;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Finds the types of the parts of declared types, as far as they are known without the
 * application's mapper. An unknown type is {@link ResolvableType#NONE}.
 */
final class DeclaredParts {

	private DeclaredParts() {
	}

	/**
	 * Return the type of a property.
	 * @param type the type of the owner
	 * @param name the name of the property
	 * @throws IllegalArgumentException if no value of the type can have the property
	 */
	static ResolvableType property(ResolvableType type, String name) {
		ResolvableType entry = entry(type, name);
		ResolvableType owner = contained(type);
		Class<?> raw = owner.resolve(Object.class);
		if (!isKnown(raw)) {
			return entry;
		}
		List<Member> members = members(raw).filter((member) -> isNamed(member, name)).toList();
		if (members.isEmpty()) {
			throw new IllegalArgumentException(
					"%s has no property '%s'. If the JsonMapper writes one nevertheless, use ['%s']".formatted(owner,
							name, name));
		}
		return (members.stream().map(DeclaredParts::type).distinct().count() == 1)
				? ResolvableType.forType(type(members.get(0)), owner.as(members.get(0).getDeclaringClass()))
				: ResolvableType.NONE;
	}

	/**
	 * Return the type of the entry with a key, which may be known only to the
	 * application's mapper.
	 * @param type the type of the owner
	 * @param key the key
	 * @throws IllegalArgumentException if no value of the type has keys
	 */
	static ResolvableType entry(ResolvableType type, String key) {
		ResolvableType owner = contained(type);
		Class<?> raw = owner.resolve(Object.class);
		if (isAtomic(raw) || raw.isArray() || (LibraryTypes.isOfJava(raw) && Collection.class.isAssignableFrom(raw))) {
			throw new IllegalArgumentException("%s has no property '%s'".formatted(owner, key));
		}
		return (Map.class.isAssignableFrom(raw) && LibraryTypes.isOfJava(raw)) ? owner.asMap().getGeneric(1)
				: ResolvableType.NONE;
	}

	/**
	 * Return the type of an element.
	 * @param type the type of the owner
	 * @param index the index
	 * @throws IllegalArgumentException if no value of the type has elements
	 */
	static ResolvableType element(ResolvableType type, String index) {
		ResolvableType owner = contained(type);
		Class<?> raw = owner.resolve(Object.class);
		if (isAtomic(raw) || (isKnown(raw) && !Iterable.class.isAssignableFrom(raw))) {
			throw new IllegalArgumentException("%s has no element [%s]".formatted(owner, index));
		}
		if (!LibraryTypes.isOfJava(raw)) {
			return ResolvableType.NONE;
		}
		if (raw.isArray()) {
			return owner.getComponentType();
		}
		return Map.class.isAssignableFrom(raw) ? owner.asMap().getGeneric(1) : owner.as(Iterable.class).getGeneric(0);
	}

	private static ResolvableType contained(ResolvableType type) {
		ResolvableType result = type;
		while (result.resolve() == Optional.class) {
			result = result.getGeneric(0);
		}
		return result;
	}

	private static boolean isAtomic(Class<?> type) {
		return ClassUtils.isPrimitiveOrWrapper(type) || type == String.class || type == BigDecimal.class
				|| type == BigInteger.class;
	}

	/**
	 * Return whether all properties of a type are its members: it is written by Jackson's
	 * default rules, and not as defined by annotations.
	 */
	private static boolean isKnown(Class<?> type) {
		// An image may not contain all members; the check took place in the build
		if (NativeDetector.inNativeImage() || LibraryTypes.isOfJava(type) || type.isEnum()
				|| Modifier.isAbstract(type.getModifiers()) || Iterable.class.isAssignableFrom(type)
				|| Map.class.isAssignableFrom(type) || CharSequence.class.isAssignableFrom(type)
				|| Number.class.isAssignableFrom(type) || type.getName().startsWith("tools.jackson.")) {
			return false;
		}
		try {
			return Stream
				.concat(types(type),
						Stream.concat(members(type).map(AnnotatedElement.class::cast),
								types(type).flatMap((owner) -> Arrays.stream(owner.getDeclaredConstructors()))
									.flatMap((constructor) -> Arrays.stream(constructor.getParameters()))))
				.noneMatch(DeclaredParts::isAnnotatedForJackson);
		}
		catch (LinkageError ex) {
			return false;
		}
	}

	private static boolean isAnnotatedForJackson(AnnotatedElement element) {
		return Arrays.stream(element.getAnnotations())
			.map((annotation) -> annotation.annotationType())
			.anyMatch((annotation) -> annotation.isAnnotationPresent(JacksonAnnotation.class)
					|| annotation.isAnnotationPresent(JacksonAnnotationsInside.class));
	}

	private static Stream<Class<?>> types(Class<?> type) {
		return Stream
			.concat(Stream.<Class<?>>iterate(type, (owner) -> owner != null, Class::getSuperclass),
					ClassUtils.getAllInterfacesForClassAsSet(type).stream())
			.filter((owner) -> !LibraryTypes.isOfJava(owner));
	}

	private static Stream<Member> members(Class<?> type) {
		return types(type)
			.flatMap((owner) -> Stream.<Member>concat(Arrays.stream(owner.getDeclaredFields()),
					Arrays.stream(owner.getDeclaredMethods())
						.filter((method) -> method.getParameterCount() == 0 && method.getReturnType() != void.class)))
			.filter((member) -> !Modifier.isStatic(member.getModifiers()) && !member.isSynthetic());
	}

	private static Type type(Member member) {
		return (member instanceof Field field) ? field.getGenericType() : ((Method) member).getGenericReturnType();
	}

	/**
	 * Return whether a member may be written under a name. The application's mapper may
	 * change the case, and put hyphens or underscores between words.
	 */
	private static boolean isNamed(Member member, String name) {
		String written = letters(name);
		String own = letters(member.getName());
		return written.equals(own) || (member instanceof Method
				&& Stream.of("get", "is").anyMatch((prefix) -> own.equals(letters(prefix + name))));
	}

	private static String letters(String name) {
		return name.replaceAll("[_.-]", "").toLowerCase(Locale.ROOT);
	}

}
