/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

import io.airlockapp.gateway.approval.CompiledClasses;

/**
 * Creates classes with random fields, accessors, annotations and superclasses. The names
 * of fields that nobody may see begin with {@code hidden}.
 */
final class RandomClasses {

	private static final String[] TYPES = { "int", "long", "boolean", "char", "double", "String", "BigDecimal", "Level",
			"Object", "LocalDate", "List<String>", "Set<Integer>", "Map<String, Object>", "String[]", "byte[]",
			"Optional<String>", "List<Object>", "Number", "Comparable<?>", "java.io.Serializable", "Collection<String>",
			"Optional<?>" };

	/**
	 * Bodies of accessors that return the field {@code $}, a copy or a view, by its type.
	 */
	private static final Map<String, String> PLAIN = Map.of("String",
			"return Objects.requireNonNull(this.$, \"missing\");", "String[]",
			"return (this.$ == null) ? null : this.$.clone();", "byte[]",
			"return Arrays.copyOf(this.$, this.$.length);", "List<String>",
			"if (this.$ == null) { this.$ = new ArrayList<>(); } return this.$;", "Set<Integer>",
			"return (this.$ != null) ? Set.copyOf(this.$) : Set.of();", "Collection<String>",
			"return Collections.unmodifiableCollection(this.$);");

	/**
	 * Bodies of accessors that return something else, by the type of the field.
	 */
	private static final Map<String, String> COMPUTING = Map.of("String",
			"return (this.$ == null) ? null : \"****\" + this.$.length();", "int", "return Integer.reverse(this.$);",
			"List<String>", "return (this.$ != null) ? new ArrayList<>() : this.$;", "byte[]",
			"return Arrays.copyOf(this.$, 1);", "LocalDate", "return Objects.requireNonNullElse(null, this.$);",
			"Optional<String>", "return Optional.of(this.$).map((value) -> value.get());", "long", "return this.$ + 1;",
			"Object", "return String.valueOf(this.$);");

	private static final String[] HIDING = { "@JsonIgnore", "@AirlockSensitive",
			"@JsonProperty(access = JsonProperty.Access.WRITE_ONLY)", "@JsonBackReference", "transient" };

	private final Random random;

	private final List<String> names = new ArrayList<>();

	private int fields;

	private RandomClasses(Random random) {
		this.random = random;
	}

	/**
	 * Create classes.
	 * @param count the number of classes
	 * @return the classes, each with a constructor without parameters
	 */
	static List<Class<?>> create(Random random, int count) {
		RandomClasses classes = new RandomClasses(random);
		StringBuilder source = new StringBuilder(
				"""
						package random;
						import java.util.*;
						import java.math.BigDecimal;
						import java.time.LocalDate;
						import com.fasterxml.jackson.annotation.*;
						import io.airlockapp.gateway.approval.*;
						public class Classes {
						public enum Level { LOW, HIGH }
						public static class Texts extends AbstractList<String> {
						private final List<String> elements = new ArrayList<>();
						public String get(int index) { return this.elements.get(index); }
						public int size() { return (this.elements != null) ? this.elements.size() : 0; }
						public void add(int index, String element) { if (this.elements != null) { this.elements.add(index, element); } }
						}
						public static class Values extends AbstractMap<String, Object> {
						private final Map<String, Object> entries = new HashMap<>();
						public Object put(String key, Object value) { return (this.entries != null) ? this.entries.put(key, value) : null; }
						public Set<Map.Entry<String, Object>> entrySet() { return (this.entries != null) ? this.entries.entrySet() : Set.of(); }
						}
						""");
		for (int i = 0; i < count; i++) {
			source.append(classes.type("C" + i));
			classes.names.add("C" + i);
		}
		CompiledClasses compiled = CompiledClasses.of(Map.of("random.Classes", source.append("}\n").toString()));
		return classes.names.stream()
			.<Class<?>>map((name) -> Objects.requireNonNull(compiled.find("random.Classes$" + name)))
			.toList();
	}

	private String type(String name) {
		String superclass = switch (this.random.nextInt(6)) {
			case 0 -> " extends Texts";
			case 1 -> " extends Values";
			case 2, 3 -> this.names.isEmpty() ? "" : " extends " + pick(this.names.toArray(String[]::new));
			default -> "";
		};
		StringBuilder body = new StringBuilder();
		List<String> ignored = new ArrayList<>();
		int count = 1 + this.random.nextInt(4);
		for (int i = 0; i < count; i++) {
			body.append(field(ignored));
		}
		String annotation = ignored.isEmpty() ? ""
				: "@JsonIgnoreProperties({%s})\n".formatted(String.join(", ", ignored));
		return "%spublic static class %s%s {\n%s}\n".formatted(annotation, name, superclass, body);
	}

	private String field(List<String> ignored) {
		boolean nested = !this.names.isEmpty() && this.random.nextInt(4) == 0;
		String type = nested ? pick(this.names.toArray(String[]::new)) : pick(TYPES);
		int number = this.fields++;
		return switch (this.random.nextInt(7)) {
			case 0 -> "public %s shown%d;\n".formatted(type, number);
			case 1 -> "private %1$s shown%2$d;\npublic %1$s getShown%2$d() { %3$s }\n".formatted(type, number,
					PLAIN.getOrDefault(type, "return this.$;").replace("$", "shown" + number));
			case 2 -> "@JsonProperty(\"named%2$d\") private %1$s shown%2$d;\n".formatted(type, number);
			case 3 -> "private %s hidden%d;\n".formatted(type, number);
			case 4 -> "private %1$s hidden%2$d;\npublic %3$s getHidden%2$d() { %4$s }\n".formatted(type, number,
					COMPUTING.containsKey(type) ? type : "String",
					COMPUTING.getOrDefault(type, "return \"mask\";").replace("$", "hidden" + number));
			case 5 -> {
				ignored.add("\"hidden" + number + "\"");
				yield "public %s hidden%d;\n".formatted(type, number);
			}
			default -> "%3$s public %1$s hidden%2$d;\npublic %1$s hidden%2$d() { return this.hidden%2$d; }\n"
				.formatted(type, number, pick(HIDING).replace("transient", "@JsonIgnore transient"));
		};
	}

	private String pick(String... choices) {
		return choices[this.random.nextInt(choices.length)];
	}

}
