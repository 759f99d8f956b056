package io.airlockapp.gateway.approval.snapshot;

import java.lang.reflect.Array;
import java.lang.reflect.Proxy;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigInteger;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;

import io.airlockapp.gateway.approval.snapshot.JavaValues.ValueType;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Elements;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entries;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Entry;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Fields;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Leaf;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Masked;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode.Omitted;
import io.airlockapp.gateway.harp.CanonicalJson;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.POJONode;

import org.springframework.aop.SpringProxy;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;
import org.springframework.util.ObjectUtils;

/**
 * Writes the values of one call as a tree. It reads fields, and the elements of
 * containers. It calls no method of an argument's class, except for iterators of
 * collections and maps that are not Java's.
 */
final class NodeWriter {

	private static final ResolvableType ANY = ResolvableType.forClass(Object.class);

	private static final ResolvableType TEXT = ResolvableType.forClass(String.class);

	private static final ResolvableType JSON = ResolvableType.forClassWithGenerics(Map.class, String.class,
			JsonNode.class);

	/**
	 * The texts of values that contain nothing.
	 */
	private static final Set<String> EMPTY = Set.of("", "0", "0.0", "false", "\0");

	private static final Predicate<String> NOTHING = (name) -> false;

	private final StateFields stateFields;

	private final ApplicationValues applicationValues;

	private final Masking masking;

	private final SizeLimit limit;

	private final boolean complete;

	private final Nesting nesting;

	/**
	 * Whether values are written in full, for a digest.
	 */
	private boolean hidden;

	NodeWriter(StateFields stateFields, ApplicationValues applicationValues, Masking masking, SizeLimit limit,
			Nesting nesting, boolean complete) {
		this.stateFields = stateFields;
		this.applicationValues = applicationValues;
		this.masking = masking;
		this.limit = limit;
		this.nesting = nesting;
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
	 * Write a sensitive value.
	 * @param value the value
	 * @param declared the type that its position declares
	 * @return the mask
	 */
	SnapshotNode writeSensitive(@Nullable Object value, ResolvableType declared) {
		return sensitive(() -> write(value, declared, NOTHING));
	}

	private SnapshotNode sensitive(Supplier<SnapshotNode> value) {
		return this.nesting.secret(() -> inFull(value));
	}

	private SnapshotNode mask(@Nullable Object value, ResolvableType declared) {
		return inFull(() -> write(value, declared, NOTHING));
	}

	/**
	 * Write a value in full, and return its mask, unless it is part of another value that
	 * is masked.
	 */
	private SnapshotNode inFull(Supplier<SnapshotNode> value) {
		boolean outerHidden = this.hidden;
		this.hidden = true;
		SnapshotNode full = value.get();
		this.hidden = outerHidden;
		return outerHidden ? full : bind(full);
	}

	private Masked bind(SnapshotNode full) {
		return this.masking.mask(CanonicalJson.toBytes(full.toJson(Masked::digest)));
	}

	private SnapshotNode write(@Nullable Object value, ResolvableType position, Predicate<String> ignored) {
		return writeDeclared(value, declared(position), ignored);
	}

	private SnapshotNode writeDeclared(@Nullable Object source, ResolvableType declared, Predicate<String> ignored) {
		Object value = PersistentValues.entity(source);
		if (value == null) {
			this.limit.count(4);
			return Leaf.NULL;
		}
		return unmistakable(value, declared, write(value, declared, value.getClass(), ignored));
	}

	/**
	 * Return the type of which all values of a position are, which is not the lower bound
	 * of a wildcard.
	 */
	private static ResolvableType declared(ResolvableType position) {
		boolean bounded = position.getType() instanceof TypeVariable || position.getType() instanceof WildcardType;
		return (bounded && position.isAssignableFrom(Object.class)) ? ANY : position;
	}

	/**
	 * Require that the text of a value cannot be that of a value which the position
	 * declares, if unchecked code put it there.
	 */
	private <N extends SnapshotNode> N unmistakable(Object value, ResolvableType declared, N node) {
		Class<?> raw = declared.resolve(Object.class);
		if (!this.hidden && !ClassUtils.isAssignableValue(raw, value) && ValueText.type(node).isEmpty()) {
			throw new UnreadableValueException(
					"a %s is where a %s is declared".formatted(value.getClass().getName(), raw.getName()));
		}
		return node;
	}

	private SnapshotNode write(Object value, ResolvableType declared, Class<?> type, Predicate<String> ignored) {
		if (CredentialTypes.contain(type) || CredentialTypes.isPrincipal(type)) {
			return credential(value, declared);
		}
		ValueType known = JavaValues.of(type);
		if (known != null) {
			return leaf(value, known, declared);
		}
		String text = this.applicationValues.format(value);
		if (text != null) {
			this.limit.count(text);
			requireText(text);
			return new Leaf(Leaf.Kind.OTHER, text, type.getName(), isDeclared(type, declared));
		}
		return enclosing(value, () -> composed(value, declared, ignored));
	}

	private Leaf leaf(Object value, ValueType type, ResolvableType declared) {
		if (value instanceof byte[] bytes) {
			this.limit.count(bytes.length * 4L / 3);
		}
		if (value instanceof BigInteger number) {
			this.limit.count(number.bitLength() / 4);
		}
		if (value instanceof CharSequence text) {
			this.limit.count(text.length());
		}
		Leaf leaf = type.write(value, isDeclared(type.type(), declared));
		if (leaf == null) {
			throw new UnreadableValueException("a %s has state besides its text".formatted(value.getClass().getName()));
		}
		this.limit.count(leaf.text());
		requireText(leaf.text());
		return leaf;
	}

	/**
	 * Require that a text has a canonical form.
	 */
	private static void requireText(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (Character.isSurrogate(c)) {
				boolean pair = Character.isHighSurrogate(c) && i + 1 < text.length()
						&& Character.isLowSurrogate(text.charAt(i + 1));
				if (!pair) {
					throw new UnreadableValueException("a text has half of a surrogate pair");
				}
				i++;
			}
		}
	}

	private static boolean isDeclared(Class<?> type, ResolvableType declared) {
		Class<?> raw = declared.resolve();
		return raw == type || (raw != null && raw.isPrimitive() && ResolvableType.forClass(raw).isAssignableFrom(type));
	}

	private SnapshotNode enclosing(Object value, Supplier<SnapshotNode> parts) {
		int distance = this.nesting.distance(value);
		if (distance >= 0 && this.hidden) {
			// It is written at its own position
			return new Leaf(Leaf.Kind.OTHER, "enclosing " + distance, "@enclosing", false);
		}
		if (distance >= 0) {
			throw new UnreadableValueException("it refers to an object that encloses it. Leave one side of a "
					+ "bidirectional association out, or pass an id");
		}
		return this.nesting.enclosedBy(value, parts);
	}

	private SnapshotNode composed(Object value, ResolvableType declared, Predicate<String> ignored) {
		Class<?> type = value.getClass();
		if (type.isArray()) {
			return this.nesting.deeper(isDeclared(type, declared) ? 0 : 1, () -> array(value, declared, ignored));
		}
		List<?> optional = Containers.optional(value);
		if (optional != null) {
			return this.nesting.deeper(isDeclared(type, declared) ? 0 : 1,
					() -> optional(value, optional, declared, ignored));
		}
		if (value instanceof JsonNode node) {
			return json(node, declared);
		}
		if (type == Pattern.class || type == AtomicReference.class) {
			return properties(value, declared, ignored);
		}
		String unrepeatable = UnreadableTypes.find(type);
		if (unrepeatable != null) {
			throw new UnreadableValueException(unrepeatable);
		}
		if (LibraryTypes.isOfJava(type) || Containers.isPlain(type)) {
			return container(value, declared, ignored);
		}
		String obstacle = findObstacle(value);
		if (obstacle != null) {
			throw new UnreadableValueException(obstacle);
		}
		return fields(value, declared, ignored);
	}

	private SnapshotNode optional(Object value, List<?> content, ResolvableType declared, Predicate<String> ignored) {
		boolean generic = value instanceof Optional;
		List<SnapshotNode> elements = new ArrayList<>();
		for (Object element : content) {
			elements.add(write(element,
					generic ? declared.as(Optional.class).getGeneric() : ResolvableType.forClass(element.getClass()),
					ignored));
		}
		return new Elements(value.getClass().getName(), isDeclared(value.getClass(), declared), true, elements);
	}

	/**
	 * Write an object of Java that has no accessible fields, by what is its state
	 * according to its documentation.
	 */
	private SnapshotNode properties(Object value, ResolvableType declared, Predicate<String> ignored) {
		Map<String, SnapshotNode> members = new LinkedHashMap<>();
		if (value instanceof Pattern pattern) {
			members.put("pattern", write(pattern.pattern(), TEXT));
			members.put("flags", write(pattern.flags(), ResolvableType.forClass(int.class)));
		}
		if (value instanceof AtomicReference<?> reference) {
			members.put("value", this.nesting.in(".value",
					() -> write(reference.get(), declared.as(AtomicReference.class).getGeneric(), ignored)));
		}
		return new Fields(value.getClass().getName(), isDeclared(value.getClass(), declared), null, members);
	}

	private SnapshotNode array(Object value, ResolvableType declared, Predicate<String> ignored) {
		Class<?> type = value.getClass();
		boolean known = isDeclared(type, declared);
		ResolvableType component = known ? declared(declared.getComponentType())
				: ResolvableType.forClass(type.getComponentType());
		List<SnapshotNode> elements = new ArrayList<>();
		for (int i = 0; i < Array.getLength(value); i++) {
			elements.add(element(Array.get(value, i), component, ignored, i));
		}
		return new Elements(type.getTypeName(), known, true, elements);
	}

	private SnapshotNode element(@Nullable Object value, ResolvableType type, Predicate<String> ignored, int index) {
		this.limit.count(2);
		return this.nesting.in("[" + index + "]", () -> writeDeclared(value, type, ignored));
	}

	private SnapshotNode container(Object value, ResolvableType declared, Predicate<String> ignored) {
		Class<?> kind = Containers.kind(value.getClass());
		String obstacle = (kind != null) ? Containers.findObstacle(value)
				: "a %s is no data".formatted(value.getClass().getName());
		if (obstacle != null || kind == null) {
			throw new UnreadableValueException(String.valueOf(obstacle));
		}
		return content(value, kind, declared, ignored);
	}

	/**
	 * Write the elements or entries of a container.
	 */
	private SnapshotNode content(Object value, Class<?> kind, ResolvableType declared, Predicate<String> ignored) {
		String name = Containers.name(kind, value);
		boolean known = kind.isAssignableFrom(declared.resolve(Object.class)) && name.equals(kind.getName());
		return this.nesting.deeper(known ? 0 : 1, () -> content(value, name, known, declared, ignored));
	}

	private SnapshotNode content(Object value, String name, boolean known, ResolvableType declared,
			Predicate<String> ignored) {
		Class<?> raw = declared.resolve(Object.class);
		boolean exact = Containers.isExact(value);
		boolean ordered = Containers.isOrdered(value);
		ResolvableType type = (raw.isInstance(value) && raw != Object.class) ? declared
				: ResolvableType.forClass(value.getClass());
		if (value instanceof Map<?, ?> map) {
			ResolvableType of = type.as(Map.class);
			return new Entries(name, known, exact, ordered, entries(map, of, ignored));
		}
		if (value instanceof Map.Entry<?, ?> entry) {
			return new Entries(name, known, exact, List.of(this.nesting.in("[…]",
					() -> entry(entry.getKey(), entry.getValue(), type.as(Map.Entry.class), ignored))));
		}
		return new Elements(name, known, exact, ordered,
				elements((Collection<?>) value, type.as(Iterable.class).getGeneric(), ignored));
	}

	private List<SnapshotNode> elements(Collection<?> values, ResolvableType position, Predicate<String> ignored) {
		ResolvableType of = declared(position);
		List<SnapshotNode> elements = new ArrayList<>();
		for (Object element : values) {
			elements.add(element(element, of, ignored, elements.size()));
		}
		return elements;
	}

	private List<Entry> entries(Map<?, ?> values, ResolvableType of, Predicate<String> ignored) {
		List<Entry> entries = new ArrayList<>();
		values.forEach((key, element) -> entries.add(this.nesting.in("[…]", () -> entry(key, element, of, ignored))));
		return entries;
	}

	private Entry entry(@Nullable Object key, @Nullable Object value, ResolvableType of, Predicate<String> ignored) {
		ValueType type = (key != null) ? JavaValues.of(key.getClass()) : null;
		if (key != null && (type == null || type.kind() == Leaf.Kind.OTHER && !(key instanceof Class)
				&& !key.getClass().getName().startsWith("java."))) {
			throw new UnreadableValueException(
					"a key of type %s is no value of Java. Use a text, a number or an enum constant"
						.formatted(key.getClass().getName()));
		}
		ResolvableType declared = declared(of.getGeneric(0));
		Leaf name = (key != null && type != null) ? unmistakable(key, declared, leaf(key, type, declared)) : Leaf.NULL;
		boolean masked = !this.hidden && ignored.test(name.text());
		SnapshotNode node = masked ? mask(value, of.getGeneric(1)) : write(value, of.getGeneric(1), ignored);
		return new Entry(name, node);
	}

	/**
	 * Write a tree of Jackson. Where its position does not declare a tree, it differs
	 * from the values inside. Its parts have no declared types.
	 */
	private SnapshotNode json(JsonNode node, ResolvableType declared) {
		String type = node.getClass().getName();
		if (!LibraryTypes.contain(node.getClass())) {
			throw new UnreadableValueException("a %s is a JsonNode of its own".formatted(type));
		}
		boolean known = JsonNode.class.isAssignableFrom(declared.resolve(Object.class));
		if (node.isContainer()) {
			SnapshotNode content = this.nesting.deeper(known ? 1 : 2, () -> jsonContent(node, type));
			return known ? content : new Fields(type, false, content, Map.of());
		}
		if (node.isNull()) {
			// No node at all is something else
			return new Fields(type, false, null, Map.of());
		}
		SnapshotNode value = write(jsonValue(node), ANY);
		return (known && !node.isPojo()) ? value : new Fields(type, false, null, Map.of("value", value));
	}

	private SnapshotNode jsonContent(JsonNode node, String type) {
		if (node.isArray()) {
			List<@Nullable JsonNode> parts = node.valueStream().map(NodeWriter::jsonPart).toList();
			return new Elements(type, false, true, elements(parts, JSON.getGeneric(1), NOTHING));
		}
		Map<String, @Nullable JsonNode> parts = new LinkedHashMap<>();
		node.properties().forEach((member) -> parts.put(member.getKey(), jsonPart(member.getValue())));
		return new Entries(type, false, true, entries(parts, JSON, NOTHING));
	}

	private static @Nullable JsonNode jsonPart(JsonNode part) {
		return part.isNull() ? null : part;
	}

	private static @Nullable Object jsonValue(JsonNode node) {
		return switch (node.getNodeType()) {
			case BOOLEAN -> node.booleanValue();
			case NUMBER -> node.numberValue();
			case STRING -> node.stringValue();
			case BINARY -> node.binaryValue();
			case POJO -> ((POJONode) node).getPojo();
			default -> throw new UnreadableValueException("a JsonNode is missing");
		};
	}

	private @Nullable String findObstacle(Object value) {
		Class<?> type = value.getClass();
		String name = type.getName();
		if (Proxy.isProxyClass(type) || value instanceof SpringProxy) {
			return "a proxy has state that cannot be seen";
		}
		if (type.isHidden() && !type.isRecord()) {
			return "a lambda is no data";
		}
		if (KotlinValueClasses.isValueClass(type)) {
			return "a %s is a Kotlin value class, which cannot be distinguished from the value inside".formatted(name);
		}
		if (PersistentValues.isPartlyLoaded(value)) {
			return "a %s has attributes that are not loaded. Load them before the call, or pass an id".formatted(name);
		}
		String obstacle = this.stateFields.findObstacle(type);
		return (obstacle != null) ? "a %s %s".formatted(name, obstacle) : null;
	}

	private SnapshotNode fields(Object value, ResolvableType declared, Predicate<String> ignored) {
		Class<?> type = value.getClass();
		boolean known = isDeclared(type, declared);
		if (!this.hidden && this.stateFields.isSensitive(type)) {
			return sensitive(() -> fields(value, declared, NOTHING));
		}
		ResolvableType owner = known ? declared : ResolvableType.forClass(type);
		Class<?> kind = Containers.kind(type);
		String obstacle = (kind != null) ? Containers.findObstacle(value) : null;
		if (obstacle != null) {
			throw new UnreadableValueException(obstacle);
		}
		this.limit.count(known ? 2 : type.getName().length());
		SnapshotNode content = (kind != null) ? this.nesting.deeper(1, () -> content(value, kind, owner, ignored))
				: null;
		Map<String, SnapshotNode> members = new LinkedHashMap<>();
		for (StateField field : this.stateFields.of(type)) {
			this.limit.count(field.name());
			members.put(field.name(), this.nesting.in("." + field.name(), () -> field(field, value, owner, ignored)));
		}
		return new Fields(type.getName(), known, content, members);
	}

	private SnapshotNode field(StateField field, Object owner, ResolvableType ownerType, Predicate<String> ignored) {
		if (field.visibility() == StateField.Visibility.OMITTED) {
			if (this.complete && !isEmpty(field.value(owner))) {
				throw new UnreadableValueException(
						"it is left out by @AirlockOmitted, so a recorded call would lose it");
			}
			return new Omitted();
		}
		Object value = field.value(owner);
		ResolvableType type = field.type(ownerType);
		if (field.visibility() == StateField.Visibility.SENSITIVE && !this.hidden) {
			return writeSensitive(value, type);
		}
		boolean shown = field.visibility() == StateField.Visibility.SHOWN && !field.isIgnoredBy(ignored);
		return (this.hidden || !shown) ? mask(value, type) : write(value, type, field.ignored());
	}

	/**
	 * Return whether a value is that of a field to which nothing was assigned, or an
	 * empty text or container.
	 */
	private static boolean isEmpty(@Nullable Object value) {
		if (value == null) {
			return true;
		}
		ValueType type = JavaValues.of(value.getClass());
		if (type != null) {
			Leaf leaf = type.write(value, true);
			return leaf != null && EMPTY.contains(leaf.text());
		}
		return LibraryTypes.contain(value.getClass()) && ObjectUtils.isEmpty(value);
	}

	/**
	 * Write an object with credentials as a mask, and a principal of a library with its
	 * name.
	 */
	private SnapshotNode credential(Object value, ResolvableType declared) {
		Class<?> type = value.getClass();
		SnapshotNode mask = sensitive(() -> LibraryTypes.isOfJava(type) ? credentialText(value)
				: enclosing(value, () -> composed(value, declared, NOTHING)));
		if (this.hidden || !LibraryTypes.contain(type) || !(value instanceof Principal principal)) {
			return mask;
		}
		Map<String, SnapshotNode> members = new LinkedHashMap<>();
		members.put("name", write(principal.getName(), TEXT));
		members.put("credentials", mask);
		return new Fields(type.getName(), isDeclared(type, declared), null, members);
	}

	private Leaf credentialText(Object value) {
		String text = CredentialTypes.text(value);
		if (text == null) {
			throw new UnreadableValueException("a %s is no data".formatted(value.getClass().getName()));
		}
		this.limit.count(text);
		return new Leaf(Leaf.Kind.TEXT, text, value.getClass().getName(), false);
	}

}
