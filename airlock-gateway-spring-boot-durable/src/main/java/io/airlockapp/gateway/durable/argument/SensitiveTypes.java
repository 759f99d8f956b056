package io.airlockapp.gateway.durable.argument;

import java.lang.reflect.Field;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import io.airlockapp.gateway.approval.argument.json.CredentialTypes;
import io.airlockapp.gateway.approval.argument.json.HiddenFields;
import io.airlockapp.gateway.approval.argument.json.SensitiveMembers;
import io.airlockapp.gateway.approval.argument.type.LibraryTypes;

import org.springframework.core.ResolvableType;

/**
 * Identifies the declared types whose values may have sensitive parts: types with
 * {@link io.airlockapp.gateway.approval.AirlockSensitive} members, types that contain
 * credentials, and types with fields, type arguments or known subtypes of these.
 */
final class SensitiveTypes {

	private final Set<String> visited = new HashSet<>();

	private SensitiveTypes() {
	}

	/**
	 * Return whether values of a type may have sensitive parts. Classes that no
	 * declaration mentions are not known.
	 * @param type the declared type
	 */
	static boolean contain(ResolvableType type) {
		return new SensitiveTypes().isSensitive(type);
	}

	private boolean isSensitive(ResolvableType type) {
		Class<?> raw = type.resolve(Object.class);
		if (!this.visited.add(type.toString())) {
			return false;
		}
		if (SensitiveMembers.isIn(raw) || CredentialTypes.contain(raw) || CredentialTypes.isPrincipal(raw)) {
			return true;
		}
		if (type.isArray()) {
			return isSensitive(type.getComponentType());
		}
		return Stream.of(type.getGenerics()).anyMatch(this::isSensitive) || (!LibraryTypes.contain(raw)
				&& (fields(type).anyMatch(this::isSensitive) || subtypes(raw).anyMatch(this::isSensitive)));
	}

	private static Stream<ResolvableType> fields(ResolvableType type) {
		return HiddenFields.of(type.resolve(Object.class)).stream().map((field) -> field(field, type));
	}

	private static ResolvableType field(Field field, ResolvableType owner) {
		return ResolvableType.forField(field, owner);
	}

	private static Stream<ResolvableType> subtypes(Class<?> type) {
		JsonSubTypes declared = type.getAnnotation(JsonSubTypes.class);
		Class<?>[] permitted = Objects.requireNonNullElse(type.getPermittedSubclasses(), new Class<?>[0]);
		return Stream
			.concat(Stream.of(permitted),
					Stream.ofNullable(declared).flatMap((types) -> Stream.of(types.value())).map((sub) -> sub.value()))
			.map(ResolvableType::forClass);
	}

}
