package io.airlockapp.gateway.durable.argument;

import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import io.airlockapp.gateway.approval.snapshot.CredentialTypes;
import io.airlockapp.gateway.approval.snapshot.StateField;
import io.airlockapp.gateway.approval.snapshot.StateFields;
import io.airlockapp.gateway.approval.snapshot.LibraryTypes;

import org.springframework.core.ResolvableType;

/**
 * Identifies the declared types whose values may have sensitive parts: types with
 * {@link io.airlockapp.gateway.approval.AirlockSensitive} members, types that contain
 * credentials, and types with fields, type arguments or known subtypes of these.
 */
final class SensitiveTypes {

	private final Set<String> visited = new HashSet<>();

	private final StateFields stateFields;

	private SensitiveTypes(StateFields stateFields) {
		this.stateFields = stateFields;
	}

	/**
	 * Return whether values of a type may have sensitive parts. Classes that no
	 * declaration mentions are not known.
	 * @param type the declared type
	 * @param stateFields the fields by class
	 */
	static boolean contain(ResolvableType type, StateFields stateFields) {
		return new SensitiveTypes(stateFields).isSensitive(type);
	}

	private boolean isSensitive(ResolvableType type) {
		Class<?> raw = type.resolve(Object.class);
		if (!this.visited.add(type.toString())) {
			return false;
		}
		if (CredentialTypes.contain(raw) || CredentialTypes.isPrincipal(raw)) {
			return true;
		}
		if (type.isArray()) {
			return isSensitive(type.getComponentType());
		}
		if (Stream.of(type.getGenerics()).anyMatch(this::isSensitive)) {
			return true;
		}
		return !LibraryTypes.contain(raw) && (this.stateFields.isSensitive(raw)
				|| this.stateFields.of(raw).stream().anyMatch((field) -> isSensitive(field, type))
				|| subtypes(raw).anyMatch(this::isSensitive));
	}

	private boolean isSensitive(StateField field, ResolvableType owner) {
		return field.visibility() == StateField.Visibility.SENSITIVE || isSensitive(field.type(owner));
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
