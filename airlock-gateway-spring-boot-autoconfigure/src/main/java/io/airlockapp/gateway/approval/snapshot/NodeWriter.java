/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;

import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Elements;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entries;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entry;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Fields;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Masked;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Omitted;
import io.airlockapp.gateway.approval.snapshot.StateFields.ClassState;
import io.airlockapp.gateway.approval.snapshot.StateFields.StateField;
import io.airlockapp.gateway.approval.snapshot.StateFields.Visibility;
import io.airlockapp.gateway.approval.snapshot.ValueTypes.ValueType;
import io.airlockapp.gateway.harp.CanonicalJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ObjectUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Writes the values of one argument as a tree. It reads fields, and the elements of
 * containers. It calls no method of an argument's class, except for iterators of
 * collections and maps that are not Java's.
 */
final class NodeWriter {

	private static final ResolvableType ANY = ResolvableType.forClass(Object.class);

	/**
	 * The texts of the values of primitive fields to which nothing was assigned.
	 */
	private static final Set<String> EMPTY = Set.of("0", "0.0", "false", "\0");

	private static final Predicate<String> NOTHING = (name) -> false;

	private final StateFields stateFields;

	private final ValueTypes valueTypes;

	private final Masking masking;

	private final Reading reading;

	private final boolean complete;

	/**
	 * Whether values are written in full, for a digest.
	 */
	private boolean hidden;

	/**
	 * Whether values are part of a credential, which nothing connects to.
	 */
	private boolean inCredential;

	/**
	 * The number of parts of a JSON tree that were copied, which can share parts.
	 */
	private long jsonNodes;

	NodeWriter(StateFields stateFields, ValueTypes valueTypes, Masking masking, Reading reading, boolean complete) {
		this.stateFields = stateFields;
		this.valueTypes = valueTypes;
		this.masking = masking;
		this.reading = reading;
		this.complete = complete;
		this.hidden = complete;
	}

	/**
	 * Write a value.
	 * @param value the value
	 * @param declared the type that its position declares
	 * @return the node
	 */
	SnapshotNode write(@Nullable Object value, ResolvableType declared) {
		return write(value, declared, NOTHING);
	}

	/**
	 * Write a value that is not shown.
	 * @param value the value
	 * @param declared the type that its position declares
	 * @return the mask
	 */
	SnapshotNode writeHidden(@Nullable Object value, ResolvableType declared) {
		return mask(() -> write(value, declared));
	}

	/**
	 * Write a value in full, and return its mask, unless it is part of another value that
	 * is masked.
	 */
	private SnapshotNode mask(Supplier<SnapshotNode> value) {
		boolean outerHidden = this.hidden;
		this.hidden = true;
		SnapshotNode full = this.reading.secret(value);
		this.hidden = outerHidden;
		return outerHidden ? full : this.masking.mask(CanonicalJson.toBytes(full.toJson(Masked::digest)));
	}

	private SnapshotNode write(@Nullable Object source, ResolvableType declared, Predicate<String> ignored) {
		if (source == null) {
			this.reading.count(4);
			return Leaf.NULL;
		}
		Object value = PersistentValues.entity(source);
		if (!this.inCredential && CredentialTypes.contain(value.getClass())) {
			this.inCredential = true;
			SnapshotNode credential = mask(() -> write(value, declared));
			this.inCredential = false;
			return unmistakable(value, declared, credential);
		}
		if (isHidden(value)) {
			return writeHidden(value, declared);
		}
		ValueType type = findType(value);
		return unmistakable(value, declared,
				(type != null) ? leaf(value, type, declared) : enclosing(value, declared, ignored));
	}

	private @Nullable ValueType findType(Object value) {
		return (value instanceof URL && !this.inCredential) ? null : this.valueTypes.find(value.getClass());
	}

	/**
	 * Return the type of which all values of a position are, which is not the lower bound
	 * of a wildcard.
	 */
	static ResolvableType declared(ResolvableType position) {
		boolean bounded = position.getType() instanceof TypeVariable || position.getType() instanceof WildcardType;
		return (bounded && position.isAssignableFrom(Object.class)) ? ANY : withoutVariables(position);
	}

	/**
	 * Replace the type variables that bound wildcards by the types they stand for. Spring
	 * takes one for a variable of the same name of another class, such as of a
	 * superclass, without an end.
	 */
	private static ResolvableType withoutVariables(ResolvableType type) {
		ResolvableType[] generics = type.getGenerics().clone();
		boolean replaced = false;
		for (int i = 0; i < generics.length; i++) {
			if (generics[i].getType() instanceof WildcardType wildcard
					&& wildcard.getUpperBounds()[0] instanceof TypeVariable) {
				generics[i] = ResolvableType.forClass(generics[i].resolve(Object.class));
				replaced = true;
			}
		}
		return replaced ? ResolvableType.forClassWithGenerics(type.toClass(), generics) : type;
	}

	/**
	 * Require that the text of a value cannot be that of a value which the position
	 * declares, if unchecked code put it there.
	 */
	private <N extends SnapshotNode> N unmistakable(Object value, ResolvableType declared, N node) {
		Class<?> raw = declared.resolve(Object.class);
		// An element has the text of an Optional that contains it
		if (!this.hidden && !ClassUtils.isAssignableValue(raw, value)
				&& (raw == Optional.class || ValueText.type(node).isEmpty())) {
			throw new UnreadableValueException(
					"a %s is where a %s is declared".formatted(value.getClass().getName(), raw.getName()));
		}
		return node;
	}

	private static boolean isDeclared(Class<?> type, ResolvableType declared) {
		Class<?> raw = declared.resolve();
		return raw == type || (raw != null && raw.isPrimitive() && ResolvableType.forClass(raw).isAssignableFrom(type));
	}

	private Leaf leaf(Object value, ValueType type, ResolvableType declared) {
		// Before it becomes a text
		this.reading.requireLeft(minLength(value, type));
		String text = type.text().apply(value);
		if (text == null) {
			throw new UnreadableValueException("a %s has state besides its text".formatted(value.getClass().getName()));
		}
		this.reading.count(text);
		return new Leaf(type.kind(), text, type.type().getTypeName(), isDeclared(type.type(), declared));
	}

	private static long minLength(Object value, ValueType type) {
		if (value instanceof BigInteger number) {
			return number.bitLength() / 4;
		}
		if (value instanceof BigDecimal number) {
			return number.unscaledValue().bitLength() / 4;
		}
		if (value instanceof byte[] bytes) {
			return bytes.length * 4L / 3;
		}
		return (type.kind() == Leaf.Kind.TEXT && value instanceof CharSequence text) ? text.length() : 0;
	}

	private SnapshotNode enclosing(Object value, ResolvableType declared, Predicate<String> ignored) {
		int distance = this.reading.distance(value);
		if (distance == 0) {
			return this.reading.enclosedBy(value, () -> composed(value, declared, ignored));
		}
		if (!this.hidden) {
			throw new UnreadableValueException(
					"it refers to an object that encloses it, as in a bidirectional association. Pass an id");
		}
		// It is written at its own position
		return new Leaf(Leaf.Kind.OTHER, "enclosing " + distance, "@enclosing", false);
	}

	private SnapshotNode composed(Object value, ResolvableType declared, Predicate<String> ignored) {
		Class<?> type = value.getClass();
		if (type.isArray()) {
			return array(value, declared, ignored);
		}
		if (value instanceof Optional<?> optional) {
			return elements(type, isDeclared(type, declared), optional.stream().toList(),
					declared.as(Optional.class).getGeneric(), ignored);
		}
		if (value instanceof JsonNode node) {
			return json(node, declared, ignored);
		}
		String obstacle = UnreadableTypes.find(type);
		Class<?> kind = Containers.kind(type);
		boolean plain = LibraryTypes.isOfJava(type) || Containers.isPlain(type);
		if (obstacle == null) {
			obstacle = (kind != null) ? Containers.findObstacle(value)
					: plain ? "a %s is not data".formatted(type.getName()) : null;
		}
		if (obstacle != null) {
			throw new UnreadableValueException(obstacle);
		}
		return (plain && kind != null) ? content(value, kind, Containers.named(type, kind), declared, ignored)
				: fields(value, kind, declared, ignored);
	}

	private SnapshotNode array(Object value, ResolvableType declared, Predicate<String> ignored) {
		Class<?> type = value.getClass();
		boolean known = isDeclared(type, declared);
		Iterable<@Nullable Object> elements = () -> IntStream.range(0, Array.getLength(value))
			.mapToObj((i) -> Array.get(value, i))
			.iterator();
		return elements(type, known, elements,
				known ? declared.getComponentType() : ResolvableType.forClass(type.getComponentType()), ignored);
	}

	private SnapshotNode elements(Class<?> type, boolean known, Iterable<?> values, ResolvableType of,
			Predicate<String> ignored) {
		return this.reading.deeper(known ? 0 : 1,
				() -> new Elements(type.getTypeName(), known, true, true, elements(values, of, ignored)));
	}

	private List<SnapshotNode> elements(Iterable<?> values, ResolvableType position, Predicate<String> ignored) {
		ResolvableType of = declared(position);
		List<SnapshotNode> elements = new ArrayList<>();
		for (Object value : values) {
			this.reading.count(2);
			elements.add(this.reading.in("[" + elements.size() + "]", () -> write(value, of, ignored)));
		}
		return elements;
	}

	/**
	 * Write the elements or entries of a container.
	 */
	private SnapshotNode content(Object value, Class<?> kind, Class<?> named, ResolvableType declared,
			Predicate<String> outer) {
		Predicate<String> ignored = outer.or(this.stateFields.inspected(value.getClass()).ignored());
		Class<?> raw = declared.resolve(Object.class);
		ResolvableType of = ((raw.isInstance(value) && raw != Object.class) ? declared
				: ResolvableType.forClass(value.getClass()))
			.as((value instanceof Collection) ? Iterable.class : kind);
		boolean known = kind == named && kind.isAssignableFrom(raw) && raw.isInstance(value);
		boolean exact = Containers.isExact(value);
		boolean ordered = Containers.isOrdered(value);
		return this.reading.deeper(known ? 0 : 1, () -> {
			if (value instanceof Collection<?> values) {
				return new Elements(named.getName(), known, exact, ordered, elements(values, of.getGeneric(), ignored));
			}
			List<Entry> entries = new ArrayList<>();
			for (Map.Entry<?, ?> entry : (value instanceof Map<?, ?> map) ? map.entrySet()
					: List.of((Map.Entry<?, ?>) value)) {
				entries.add(this.reading.in("[…]", () -> entry(entry, of, ignored)));
			}
			return new Entries(named.getName(), known, exact, ordered, entries);
		});
	}

	private Entry entry(Map.Entry<?, ?> entry, ResolvableType of, Predicate<String> ignored) {
		Leaf key = key(entry.getKey(), declared(of.getGeneric(0)));
		Object value = entry.getValue();
		ResolvableType type = declared(of.getGeneric(1));
		return new Entry(key, ignored.test(key.text()) ? writeHidden(value, type) : write(value, type, ignored));
	}

	private Leaf key(@Nullable Object key, ResolvableType declared) {
		if (key == null) {
			return Leaf.NULL;
		}
		ValueType type = findType(key);
		if (type == null || (type.kind() == Leaf.Kind.OTHER && !LibraryTypes.isOfJava(key.getClass()))) {
			throw new UnreadableValueException(
					"a key of type %s is not a value of Java. Use a text, a number or an enum constant"
						.formatted(key.getClass().getName()));
		}
		if (isHidden(key)) {
			throw new UnreadableValueException(
					"a key of the type %s, which is sensitive, cannot be hidden".formatted(key.getClass().getName()));
		}
		return unmistakable(key, declared, leaf(key, type, declared));
	}

	private boolean isHidden(Object value) {
		return !this.hidden
				&& (CredentialTypes.contain(value.getClass()) || this.stateFields.inspected(value.getClass()).hidden());
	}

	/**
	 * Write a tree of Jackson by its values. Where its position does not declare a tree,
	 * it differs from the values inside, and so does a null from no tree at all.
	 */
	private SnapshotNode json(JsonNode node, ResolvableType declared, Predicate<String> ignored) {
		this.jsonNodes = 0;
		SnapshotNode content = write(jsonValue(node), ANY, ignored);
		if (JsonNode.class.isAssignableFrom(declared.resolve(Object.class)) && !node.isNull()) {
			return content;
		}
		String type = node.getClass().getName();
		return node.isContainer() ? new Fields(type, false, content, Map.of())
				: new Fields(type, false, null, Map.of("value", content));
	}

	private @Nullable Object jsonValue(JsonNode node) {
		// Each part is counted when it is written, with two bytes or more
		this.reading.requireLeft(2 * this.jsonNodes++);
		String type = node.getClass().getName();
		if (!LibraryTypes.contain(node.getClass())) {
			throw new UnreadableValueException("a %s is a JsonNode of its own".formatted(type));
		}
		if (node.isContainer() && !isPlain(node)) {
			throw new UnreadableValueException(
					"a %s has a container that cannot be read, or that may find its content in a way of its own"
						.formatted(type));
		}
		return switch (node.getNodeType()) {
			case ARRAY -> node.valueStream().map(this::jsonValue).toList();
			case OBJECT -> node.properties()
				.stream()
				.collect(LinkedHashMap<String, @Nullable Object>::new,
						(members, member) -> members.put(member.getKey(), jsonValue(member.getValue())), Map::putAll);
			case NULL -> null;
			case BOOLEAN -> node.booleanValue();
			case NUMBER -> node.numberValue();
			case STRING -> node.stringValue();
			case BINARY -> node.binaryValue();
			default -> throw new UnreadableValueException("a %s is not data. Pass the object itself".formatted(type));
		};
	}

	/**
	 * Return whether a tree finds its members and elements as they are shown. Its methods
	 * do not show the container that it finds them in, and a module can hide it.
	 */
	private static boolean isPlain(JsonNode node) {
		Field field = ReflectionUtils.findField(node.getClass(), SnapshotWriter.JSON_CONTENT);
		Object content = (field != null && field.trySetAccessible()) ? ReflectionUtils.getField(field, node) : null;
		return content != null && Containers.isExact(content);
	}

	private SnapshotNode fields(Object value, @Nullable Class<?> kind, ResolvableType declared,
			Predicate<String> ignored) {
		Class<?> type = value.getClass();
		ClassState state = this.stateFields.inspected(type);
		String obstacle = PersistentValues.isPartlyLoaded(value)
				? "has attributes that are not loaded. Load them before the call, pass an id" : state.obstacle();
		if (obstacle != null) {
			throw new UnreadableValueException("a %s %s".formatted(type.getName(), obstacle));
		}
		if (!this.hidden && kind == null) {
			state.warnOnce();
		}
		boolean known = isDeclared(type, declared);
		ResolvableType owner = known ? declared : ResolvableType.forClass(type);
		this.reading.count(known ? 2 : type.getName().length());
		SnapshotNode content = (kind != null)
				? this.reading.deeper(1, () -> content(value, kind, Containers.named(type, kind), owner, ignored))
				: null;
		Map<String, SnapshotNode> members = new LinkedHashMap<>();
		for (StateField field : state.fields()) {
			this.reading.count(field.name());
			members.put(field.name(), this.reading.in("." + field.name(), () -> field(field, value, owner, ignored)));
		}
		return new Fields(type.getName(), known, content, members);
	}

	private SnapshotNode field(StateField field, Object owner, ResolvableType ownerType, Predicate<String> ignored) {
		if (field.visibility() == Visibility.OMITTED) {
			if (this.complete && !isEmpty(field.value(owner))) {
				throw new UnreadableValueException(
						"it is left out by @AirlockOmitted, so a recorded call would lose it. Leave it empty, or remove the annotation");
			}
			return new Omitted();
		}
		Object value = field.value(owner);
		ResolvableType type = field.type(ownerType);
		boolean shown = field.visibility() == Visibility.SHOWN && field.jsonNames().stream().noneMatch(ignored);
		return shown ? write(value, type, field.ignored()) : writeHidden(value, type);
	}

	/**
	 * Return whether a value is that of a field to which nothing was assigned, or an
	 * empty text or container.
	 */
	private static boolean isEmpty(@Nullable Object value) {
		if (value == null || !LibraryTypes.contain(value.getClass())) {
			return value == null;
		}
		boolean primitive = value instanceof Number || value instanceof Boolean || value instanceof Character;
		return primitive ? EMPTY.contains(value.toString()) : ObjectUtils.isEmpty(value);
	}

}
