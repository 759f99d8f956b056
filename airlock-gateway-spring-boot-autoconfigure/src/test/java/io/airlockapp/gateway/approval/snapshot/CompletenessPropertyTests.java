/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.net.URI;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

import io.airlockapp.gateway.AirlockGatewayException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.BeanUtils;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Property-based tests that a snapshot holds all state of random objects of random
 * classes, and shows nothing that is hidden.
 */
class CompletenessPropertyTests {

	/**
	 * Part of each text in a hidden field, or below one.
	 */
	private static final String SECRET = "s3cr3t";

	private final SnapshotWriter writer = new SnapshotWriter(new JsonMapper());

	@Property(tries = 5, shrinking = ShrinkingMode.OFF)
	void eachChangeOfAnyFieldIsSeenAndNothingHiddenIsShown(@ForAll long seed) {
		assertSeenAndHidden(seed);
	}

	@Tag("slow")
	@Property(tries = 150, shrinking = ShrinkingMode.OFF)
	void eachChangeOfAnyFieldOfManyClassesIsSeenAndNothingHiddenIsShown(@ForAll long seed) {
		assertSeenAndHidden(seed);
	}

	private void assertSeenAndHidden(long seed) {
		Random random = new Random(seed);
		int seen = 0;
		for (Class<?> type : RandomClasses.create(random, 8)) {
			Object value = new Filler(random).create(type, false, 0);
			Call call = new Call(value);
			String before = call.json();
			if (before == null) {
				continue;
			}
			assertThat(before).doesNotContain(SECRET);
			String shown = call.text();
			assertThat(shown).doesNotContain(SECRET);
			for (Change change : changes(value, random)) {
				change.apply();
				assertThat(call.json()).as("%s of %s", change.field(), type).isNotEqualTo(before);
				assertThat(call.snapshot().findChange()).as("%s of %s", change.field(), type).isNotNull();
				assertThat(call.text().equals(shown)).as("%s of %s", change.field(), type)
					.isEqualTo(withoutMasks(call.json()).equals(withoutMasks(before)));
				change.revert();
				assertThat(call.json()).isEqualTo(before);
				seen++;
			}
		}
		assertThat(seen).isPositive();
	}

	private static String withoutMasks(@Nullable String json) {
		return String.valueOf(json).replaceAll("hmac-sha256:[0-9a-f]{64}", "");
	}

	@Property(tries = 10, shrinking = ShrinkingMode.OFF)
	void equalTextsInAWidePositionAreEqualValues(@ForAll long seed) {
		assertEqualValues(seed);
	}

	@Tag("slow")
	@Property(tries = 300, shrinking = ShrinkingMode.OFF)
	void equalTextsInAWidePositionAreEqualValuesAlsoAmongMany(@ForAll long seed) {
		assertEqualValues(seed);
	}

	private void assertEqualValues(long seed) {
		Random random = new Random(seed);
		for (String position : List.of("any", "list", "map", "optional", "variable", "collection", "tree")) {
			Map<String, String> jsons = new HashMap<>();
			for (int i = 0; i < 150; i++) {
				Call call = new Call(position, ConfusableValues.create(random, position));
				String json = call.json();
				if (json != null) {
					String text = call.text();
					assertThat(jsons.computeIfAbsent(text, (key) -> json)).as(text).isEqualTo(json);
				}
			}
			assertThat(jsons).hasSizeGreaterThan(10);
			assertThat(jsons.values()).doesNotHaveDuplicates();
		}
	}

	/**
	 * Return a change of each field of each object of a random class.
	 */
	private static List<Change> changes(Object root, Random random) {
		List<Change> changes = new ArrayList<>();
		collect(root, random, changes, new IdentityHashMap<>());
		return changes;
	}

	private static void collect(@Nullable Object object, Random random, List<Change> changes,
			Map<Object, Boolean> visited) {
		if (object == null || visited.put(object, true) != null) {
			return;
		}
		if (object instanceof Iterable<?> elements) {
			elements.forEach((element) -> collect(element, random, changes, visited));
		}
		if (object instanceof Map<?, ?> map) {
			map.values().forEach((element) -> collect(element, random, changes, visited));
		}
		for (Class<?> owner = object.getClass(); owner.getName().startsWith("random."); owner = owner.getSuperclass()) {
			for (Field field : owner.getDeclaredFields()) {
				if (Modifier.isStatic(field.getModifiers())) {
					continue;
				}
				ReflectionUtils.makeAccessible(field);
				Object before = ReflectionUtils.getField(field, object);
				Object after = new Filler(random).other(field.getType(), before);
				changes.add(new Change(object, field, before, after));
				collect(before, random, changes, visited);
			}
		}
	}

	private record Change(Object object, Field field, @Nullable Object before, @Nullable Object after) {

		private void apply() {
			ReflectionUtils.setField(this.field, this.object, this.after);
		}

		private void revert() {
			ReflectionUtils.setField(this.field, this.object, this.before);
		}

	}

	private final class Call {

		private final ArgumentSnapshot first;

		private final Masking masking = new Masking();

		private final MethodArguments arguments;

		private Call(@Nullable Object value) {
			this("any", value);
		}

		private Call(String position, @Nullable Object value) {
			Method method = ReflectionUtils.findMethod(Position.class, position, (Class<?>[]) null);
			this.arguments = new MethodArguments(Position.class, method, new Object[] { value });
			this.first = CompletenessPropertyTests.this.writer.snapshot(this.arguments, this.masking);
		}

		private ArgumentSnapshot snapshot() {
			return this.first;
		}

		/**
		 * Return the snapshot as text, or {@code null} if the object is refused.
		 */
		private @Nullable String json() {
			try {
				this.first.all();
				return CompletenessPropertyTests.this.writer.snapshot(this.arguments, this.masking).toJson().toString();
			}
			catch (AirlockGatewayException ex) {
				assertThat(ex).hasMessageNotContaining(SECRET);
				return null;
			}
		}

		/**
		 * Return what is shown of the object as it is now.
		 */
		private String text() {
			return ValueText.FULL
				.of(CompletenessPropertyTests.this.writer.snapshot(this.arguments, this.masking).get(0));
		}

	}

	/**
	 * Creates random values. Texts that must stay hidden contain {@link #SECRET}.
	 */
	private static final class Filler {

		private final Random random;

		private int serial;

		private Filler(Random random) {
			this.random = random;
		}

		private Object create(Class<?> type, boolean hidden, int depth) {
			Object object = BeanUtils.instantiateClass(type);
			for (Class<?> owner = type; owner.getName().startsWith("random."); owner = owner.getSuperclass()) {
				for (Field field : owner.getDeclaredFields()) {
					ReflectionUtils.makeAccessible(field);
					boolean below = hidden || field.getName().startsWith("hidden");
					ReflectionUtils.setField(field, object, value(field.getType(), below, depth + 1));
				}
			}
			if (object instanceof List<?> list && this.random.nextBoolean()) {
				addTo(list, text(hidden));
			}
			return object;
		}

		@SuppressWarnings("unchecked")
		private static void addTo(List<?> list, Object element) {
			((List<Object>) list).add(element);
		}

		private @Nullable Object other(Class<?> type, @Nullable Object value) {
			if (type.getName().startsWith("random.") && !type.isEnum()) {
				// Another object may have the same state
				return (value != null) ? null : create(type, true, 3);
			}
			Object other = value;
			while (Objects.deepEquals(other, value)) {
				other = value(type, true, 3);
			}
			return other;
		}

		private @Nullable Object value(Class<?> type, boolean hidden, int depth) {
			int number = this.random.nextInt(1000);
			if (type == int.class) {
				return number;
			}
			if (type == long.class) {
				return this.random.nextLong();
			}
			if (type == boolean.class) {
				return this.random.nextBoolean();
			}
			if (type == char.class) {
				return (char) ('a' + this.random.nextInt(26));
			}
			if (type == double.class) {
				return this.random.nextDouble();
			}
			if (this.random.nextInt(8) == 0) {
				return null;
			}
			if (type == String.class || type == Object.class) {
				return (type == String.class || number % 2 == 0) ? text(hidden) : Integer.valueOf(number);
			}
			if (type == BigDecimal.class) {
				return new BigDecimal(number).movePointLeft(this.random.nextInt(4));
			}
			if (type.isEnum()) {
				return type.getEnumConstants()[number % type.getEnumConstants().length];
			}
			if (type == LocalDate.class) {
				return LocalDate.ofEpochDay(number);
			}
			if (type == List.class) {
				return new ArrayList<>(List.of(text(hidden), text(hidden)));
			}
			if (type == Set.class) {
				return new HashSet<>(Set.of(number, number + 1));
			}
			if (type == Map.class) {
				return new HashMap<>(Map.of(text(hidden), number));
			}
			if (type == String[].class) {
				return new String[] { text(hidden) };
			}
			if (type == byte[].class) {
				return new byte[] { (byte) number, (byte) this.random.nextInt() };
			}
			if (type == Optional.class) {
				return Optional.of(text(hidden));
			}
			if (type == Number.class) {
				return switch (this.random.nextInt(4)) {
					case 0 -> number;
					case 1 -> (long) number;
					case 2 -> (short) number;
					default -> (double) number;
				};
			}
			if (type == Comparable.class || type == Serializable.class) {
				return switch (this.random.nextInt(4)) {
					case 0 -> text(hidden);
					case 1 -> URI.create(text(hidden));
					case 2 -> (char) (number % 26 + 97);
					default -> LocalDate.ofEpochDay(number);
				};
			}
			if (type == Collection.class) {
				return this.random.nextBoolean() ? List.of(text(hidden)) : Set.of(text(hidden));
			}
			return (depth < 4) ? create(type, hidden, depth) : null;
		}

		private String text(boolean hidden) {
			return (hidden ? SECRET : "text") + this.random.nextInt(1000) + "-" + this.serial++;
		}

	}

	interface Position {

		void any(Object value);

		void list(List<?> value);

		void map(Map<?, ?> value);

		void optional(Optional<?> value);

		<T extends Comparable<T>> void variable(T value);

		void collection(Collection<?> value);

		void tree(JsonNode value);

	}

}
