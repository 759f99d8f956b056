package io.airlockapp.gateway.approval;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.EventObject;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import org.jspecify.annotations.Nullable;

/**
 * Tells whether the text form of a value may show something {@link AirlockSensitive}: of
 * the value, or of anything that it refers to, since text forms are made of those of
 * others. What can't be looked into, and what refers to very much, may.
 */
final class SensitiveTexts {

	private static final int MAX_REFERENCES = 100_000;

	private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

	private final Deque<Object> open = new ArrayDeque<>();

	private int references;

	private SensitiveTexts() {
	}

	/**
	 * Return whether a text form may show something sensitive.
	 * @param value the value
	 */
	static boolean mayShow(@Nullable Object value) {
		SensitiveTexts texts = new SensitiveTexts();
		texts.add(value);
		return texts.findAny();
	}

	private boolean findAny() {
		while (!this.open.isEmpty()) {
			Object value = this.open.remove();
			if (SensitiveMembers.isIn(value.getClass()) || !lookInto(value) || this.references > MAX_REFERENCES) {
				return true;
			}
		}
		return false;
	}

	private void add(@Nullable Object value) {
		this.references++;
		if (value != null && this.seen.add(value)) {
			this.open.add(value);
		}
	}

	/**
	 * Add what a value refers to.
	 * @return whether that is known
	 */
	private boolean lookInto(Object value) {
		Class<?> owner = value.getClass();
		if (Proxy.isProxyClass(owner)) {
			return false;
		}
		try {
			for (; !JavaTypes.contain(owner); owner = owner.getSuperclass()) {
				if (!addFields(value, owner)) {
					return false;
				}
			}
			addStateOfJava(value, owner);
			return true;
		}
		catch (LinkageError ex) {
			return false;
		}
	}

	private boolean addFields(Object value, Class<?> owner) {
		return Arrays.stream(owner.getDeclaredFields())
			.filter((field) -> !Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive())
			.allMatch((field) -> addValue(field, value));
	}

	/**
	 * Add what a class of Java's keeps of a value. Collections of the application are not
	 * asked: they may load what they answer.
	 */
	private void addStateOfJava(Object value, Class<?> owner) {
		if (owner != Object.class && (owner.isArray() || !Modifier.isAbstract(owner.getModifiers()))) {
			elements(value).limit(MAX_REFERENCES + 1L).forEach(this::add);
		}
		if (value instanceof EventObject event) {
			add(event.getSource());
		}
		if (value instanceof Throwable failure) {
			add(failure.getCause());
		}
	}

	private boolean addValue(Field field, Object owner) {
		try {
			field.setAccessible(true);
			add(field.get(owner));
			return true;
		}
		catch (InaccessibleObjectException | IllegalAccessException ex) {
			return false;
		}
	}

	private static Stream<?> elements(Object value) {
		if (value instanceof Iterable<?> iterable && !(value instanceof Path)) {
			return StreamSupport.stream(iterable.spliterator(), false);
		}
		if (value instanceof Map<?, ?> map) {
			return Stream.concat(map.keySet().stream(), map.values().stream());
		}
		if (value instanceof Map.Entry<?, ?> entry) {
			return Stream.of(entry.getKey(), entry.getValue());
		}
		if (value instanceof Optional<?> optional) {
			return optional.stream();
		}
		if (value instanceof AtomicReference<?> reference) {
			return Stream.of(reference).map(AtomicReference::get);
		}
		return (value instanceof Object[] array) ? Arrays.stream(array) : Stream.empty();
	}

}
