/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.snapshot;

import java.io.File;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Principal;
import java.security.cert.Certificate;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Currency;
import java.util.Date;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import javax.crypto.spec.SecretKeySpec;
import javax.security.auth.x500.X500Principal;

import com.fasterxml.jackson.annotation.JsonBackReference;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import io.airlockapp.gateway.InvalidApprovalUsageException;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.ArgumentFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.Type;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.util.LinkedCaseInsensitiveMap;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link NodeWriter}: objects are bound as what they are, or refused.
 */
class NodeWriterTests {

	private static final JsonNodeFactory nodes = JsonNodeFactory.instance;

	private final ShownArgument argument = new ShownArgument(Methods.class);

	@ParameterizedTest
	@MethodSource("changing")
	@SuppressWarnings("unchecked")
	void digestWhenValueChangesDiffers(Object value, Consumer<?> change) {
		String before = digest(value);
		assertThat(digest(value)).isEqualTo(before);
		((Consumer<Object>) change).accept(value);
		assertThat(digest(value)).isNotEqualTo(before);
	}

	static Stream<Arguments> changing() {
		return Stream.of(change(listOf(new Refund(5)), (list) -> list.set(0, new Deletion(5))),
				change(listOf(new OrderId("5")), (list) -> list.set(0, new CustomerId("5"))),
				change(listOf(Level.HIGH), (list) -> list.set(0, Severity.HIGH)),
				change(listOf(1), (list) -> list.set(0, 1L)), change(listOf("1"), (list) -> list.set(0, 1)),
				change(listOf("a"), (list) -> list.set(0, List.of("a"))),
				change(listOf("a"), (list) -> list.set(0, Optional.of("a"))),
				change(listOf(List.of()), (list) -> list.set(0, Set.of())),
				change(listOf(List.of()), (list) -> list.set(0, Map.of())),
				change(listOf(new Object[0]), (list) -> list.set(0, new String[0])),
				change(listOf(new Object[] { 1 }), (list) -> list.set(0, new int[] { 1 })),
				change(listOf(Optional.empty()), (list) -> list.set(0, null)),
				change(listOf("null"), (list) -> list.set(0, null)),
				change(listOf(new Purge(5)), (list) -> list.set(0, Map.of("@type", Purge.class.getName(), "id", 5))),
				change(listOf(new Holder<>(null)),
						(list) -> list.set(0, Map.of("@type", Holder.class.getName(), "value", "null"))),
				change(listOf(1), (list) -> list.set(0, List.of("@type", "java.lang.Integer", "@value", 1))),
				change(mapOf("1", "a"), (map) -> replaceKey(map, 1)),
				change(mapOf(1, "a"), (map) -> replaceKey(map, 1L)),
				change(mapOf(Level.HIGH, "a"), (map) -> replaceKey(map, "HIGH")),
				change(mapOf("null", "a"), (map) -> replaceKey(map, null)),
				change(new Holder<Object>(new Refund(5)), (holder) -> holder.value = new Deletion(5)),
				change(new Holder<Object>(List.of(new Refund(5))), (holder) -> holder.value = List.of(new Deletion(5))),
				change(new Declaring(), (declaring) -> declaring.action = new Archive(5)));
	}

	private static <T> Arguments change(T value, Consumer<T> change) {
		return arguments(value, change);
	}

	private static List<Object> listOf(Object element) {
		return new ArrayList<>(List.of(element));
	}

	private static Map<Object, Object> mapOf(Object key, Object value) {
		return new HashMap<>(Map.of(key, value));
	}

	private static void replaceKey(Map<Object, Object> map, @Nullable Object key) {
		Object value = map.values().iterator().next();
		map.clear();
		map.put(key, value);
	}

	@Test
	void digestWhenOrderOfMapChangesDiffers() {
		Map<String, Integer> map = new LinkedHashMap<>();
		map.put("a", 1);
		map.put("b", 2);
		String before = digest(map);
		map.put("a", map.remove("a"));
		assertThat(digest(map)).isNotEqualTo(before);
	}

	@ParameterizedTest
	@MethodSource("immutable")
	void immutableGuavaCollectionIsShownByElements(Object value, Consumer<?> view, String text) {
		assertThat(command(value)).isEqualTo(text);
		assertViewIsNoChange(value, view);
	}

	@SuppressWarnings("unchecked")
	private void assertViewIsNoChange(Object value, Consumer<?> view) {
		String before = digest(value);
		((Consumer<Object>) view).accept(value);
		assertThat(digest(value)).isEqualTo(before);
	}

	static Stream<Arguments> immutable() {
		return Stream.of(immutable(ImmutableList.of(1), ImmutableList::reverse, "[1]"),
				immutable(ImmutableList.of(1, 2), ImmutableList::hashCode, "[1, 2]"),
				immutable(ImmutableSet.of(1, 2), ImmutableSet::asList, "java.util.Set[1, 2]"),
				immutable(ImmutableMap.of("a", 1), ImmutableMap::values, "{\"a\"=1}"),
				immutable(ImmutableMap.of("a", 1, "b", 2), ImmutableMap::entrySet, "{\"a\"=1, \"b\"=2}"));
	}

	private static <T> Arguments immutable(T value, Consumer<T> view, String text) {
		return arguments(value, view, text);
	}

	@Test
	void classesAreNamedWhereTheyAreNotDeclared() {
		assertThat(this.argument.command("purges", List.of(new Purge(5)))).isEqualTo("[{id=5}]");
		assertThat(this.argument.command("purge", new Purge(5))).isEqualTo("{id=5}");
		assertThat(this.argument.command("action", new Purge(5))).isEqualTo("Purge{id=5}");
		assertThat(this.argument.command("action", new Archive(5))).isEqualTo("Archive{id=5}");
		assertThat(this.argument.command("actions", List.of(new Purge(5)))).isEqualTo("[Purge{id=5}]");
		assertThat(this.argument.command("purgesByKey", Map.of("a", Optional.of(new Purge[] { new Purge(5) }))))
			.isEqualTo("{a=[{id=5}]}");
		assertThat(this.argument.command("holder", new Holder<>(new Purge(5)))).isEqualTo("{value=Purge{id=5}}");
		assertThat(this.argument.command("purgeHolders", List.of(new Holder<>(new Purge(5)))))
			.isEqualTo("[{value={id=5}}]");
		assertThat(this.argument.command("purgeHolders", List.of(new Holder<>(new Archive(5)))))
			.isEqualTo("[{value=Archive{id=5}}]");
		assertThat(this.argument.command("declaring", new Declaring()))
			.isEqualTo("{action=Purge{id=5}, level=HIGH, refunds={a={amount=5}}}");
		assertThat(this.argument.command("recursive", "a")).isEqualTo("\"a\"");
		assertThat(this.argument.command("actions", List.of(new Everything()))).isEqualTo("[Everything{}]");
	}

	@Test
	void textsAreQuotedWhereTheyAreNotDeclared() {
		assertThat(command("5")).isEqualTo("\"5\"");
		assertThat(command(5)).isEqualTo("5");
		assertThat(command(Arrays.asList("a", 1, null, Level.HIGH))).isEqualTo("[\"a\", 1, null, Level(HIGH)]");
		assertThat(this.argument.command("texts", List.of("a", "5"))).isEqualTo("[a, 5]");
	}

	@Test
	void textsOfDifferentValuesInObjectPositionDiffer() {
		List<Object> alike = Arrays.asList("5", 5, 5L, (short) 5, (byte) 5, '5', 5.0, 5.0f, new BigDecimal("5"),
				new BigDecimal("5.0"), "5.0", 0.1f, 0.1, "0.1", Double.NaN, "NaN", 'a', BigInteger.valueOf(5),
				new AtomicInteger(5), new AtomicLong(5), new StringBuilder("5"), new StringBuffer("5"), new File("5"),
				Path.of("5"), URI.create("5"), "AQ==", new byte[] { 1 }, "HIGH", Level.HIGH, Severity.HIGH, true,
				"true", new AtomicBoolean(true), null, "null", Optional.empty(), "(none)", Optional.of("5"),
				Optional.of(5), Optional.of(Optional.empty()), Optional.of(Optional.of("5")), List.of("5"), Set.of("5"),
				new ArrayDeque<>(List.of("5")), new String[] { "5" }, new Object[] { "5" }, new int[] { 5 },
				new Integer[] { 5 }, List.of(5), List.of(), Set.of(), Map.of(), new int[0], new String[0][],
				Map.of("a", 1), Map.entry("a", 1), new TreeSet<>(Set.of("a")), nodes.stringNode("5"),
				nodes.numberNode(5), nodes.numberNode(5L), nodes.arrayNode(), nodes.objectNode(),
				nodes.arrayNode().add(5), nodes.objectNode().put("a", 1), nodes.nullNode(), new Date(0),
				new Timestamp(0), Instant.EPOCH, "1970-01-01T00:00:00Z", java.sql.Date.valueOf("2026-01-31"),
				LocalDate.of(2026, 1, 31), Date.class, "java.util.Date", new UUID(0, 1), new UUID(0, 1).toString(),
				Currency.getInstance("EUR"), "EUR", "a", new Refund(5), new Deletion(5), Map.of("amount", 5));
		assertThat(alike.stream().map(this::command)).doesNotHaveDuplicates();
		assertThat(alike.stream().map((value) -> command(Arrays.asList(value)))).doesNotHaveDuplicates();
		assertThat(alike.stream().map((value) -> command(new Holder<>(value)))).doesNotHaveDuplicates();
		assertThat(alike.stream().map((value) -> command(Optional.ofNullable(value)))).doesNotHaveDuplicates();
		assertThat(alike.stream().map(this::digest)).doesNotHaveDuplicates();
		Stream<Object> numbers = alike.stream().filter(Number.class::isInstance);
		assertThat(numbers.map((value) -> this.argument.command("numeric", value))).doesNotHaveDuplicates();
		Stream<Object> comparables = alike.stream().filter(Comparable.class::isInstance);
		assertThat(comparables.map((value) -> this.argument.command("recursive", value))).doesNotHaveDuplicates();
		Stream<Object> keys = Stream.of("5", 5, 5L, '5', new BigDecimal("5"), new File("5"), URI.create("5"), null,
				"null", Level.HIGH, Severity.HIGH, "HIGH");
		assertThat(keys.map((key) -> command(new HashMap<>(Collections.singletonMap(key, 1))))).doesNotHaveDuplicates();
	}

	@Test
	void classIsShownBeforeAValueInAWidePosition() {
		assertThat(command(Level.HIGH)).isEqualTo("Level(HIGH)");
		assertThat(command(5L)).isEqualTo("java.lang.Long(5)");
		assertThat(command(new byte[] { 1 })).isEqualTo("byte[](\"AQ==\")");
		assertThat(command(URI.create("https://a"))).isEqualTo("java.net.URI(https://a)");
		assertThat(command(Set.of(5))).isEqualTo("java.util.Set[5]");
		assertThat(command(new int[] { 5 })).isEqualTo("int[][5]");
		assertThat(command(Optional.of("a"))).isEqualTo("java.util.Optional[\"a\"]");
		assertThat(command(0.5)).isEqualTo("0.5");
		assertThat(this.argument.command("counts", Map.of(Severity.HIGH, 5))).isEqualTo("{HIGH=5}");
	}

	@Test
	void emptyOptionalIsShownAtEachLevel() {
		assertThat(this.argument.command("nested", Optional.empty())).isEqualTo("(none)");
		assertThat(this.argument.command("nested", Optional.of(Optional.empty()))).isEqualTo("[(none)]");
		assertThat(this.argument.command("nested", Optional.of(Optional.of("a")))).isEqualTo("[a]");
	}

	@Test
	void textsOfDifferentValuesInWiderPositionsDiffer() {
		Collection<String> values = new HashMap<>(Map.of(1, "a")).values();
		assertDifferent("collection", List.of("a"), Set.of("a"), new ArrayDeque<>(List.of("a")), values);
		assertDifferent("lists", List.of(List.of()), List.of(new HashMap<>().values()));
		assertDifferent("numbers", List.of(5), List.of(5L), List.of(5.0), List.of((short) 5),
				List.of(new AtomicInteger(5)));
		assertDifferent("lower", List.of("5"), List.of(5), List.of(true), List.of("true"), List.of(List.of()));
		assertDifferent("lowerArray", new Several<>("5"), new Several<>(5), new Several<>(5L));
		assertDifferent("lowerKeys", Map.of("5", 1), Map.of(5, 1), Map.of(5L, 1));
		assertDifferent("tree", nodes.stringNode("5"), nodes.numberNode(5), nodes.numberNode(5L),
				nodes.arrayNode().add(5), nodes.arrayNode().add("5"), nodes.nullNode(), null, nodes.booleanNode(true),
				nodes.stringNode("true"), nodes.binaryNode(new byte[] { 5 }), nodes.stringNode("BQ=="));
	}

	private void assertDifferent(String method, @Nullable Object... values) {
		assertThat(Arrays.stream(values).map((value) -> this.argument.command(method, value))).doesNotHaveDuplicates();
		assertThat(Arrays.stream(values).map((value) -> this.argument.digest(method, value))).doesNotHaveDuplicates();
	}

	@Test
	void valueOfAnotherTypeThanItsPositionDeclaresIsRefused() {
		for (Object polluted : List.of(List.of(5), List.of(List.of()), List.of(true), List.of(Map.of()))) {
			assertThatExceptionOfType(InvalidApprovalUsageException.class)
				.isThrownBy(() -> this.argument.write("texts", polluted))
				.withMessageContainingAll("at 'value[0]', a ", " is where a java.lang.String is declared");
		}
		assertThat(this.argument.command("texts", List.of(5L))).isEqualTo("[java.lang.Long(5)]");
		Object keys = Map.of("HIGH", 5);
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> this.argument.write("counts", keys))
			.withMessageContaining("at 'value[…]', a java.lang.String is where a ");
		// An Optional would have the text of its value
		Object values = Map.of("a", new Purge[] { new Purge(5) });
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> this.argument.write("purgesByKey", values))
			.withMessageContaining(" is where a java.util.Optional is declared");
	}

	/**
	 * The variable has the name of that of the elements of a collection.
	 */
	@Test
	void typeVariableThatBoundsWildcardIsResolved() {
		for (int i = 0; i < 2; i++) {
			assertThat(this.argument.command("variables", List.of("a"))).isEqualTo("[\"a\"]");
			assertThat(this.argument.command("variablesByKey", Map.of("a", List.of("b")))).isEqualTo("{a=[\"b\"]}");
			assertThat(this.argument.command("page", new Page<>(List.of("a"), "b"))).isEqualTo("{items=[a], last=b}");
			assertThat(this.argument.command("anyPage", new Page<>(List.of("a"), "b")))
				.isEqualTo("{items=[\"a\"], last=\"b\"}");
		}
	}

	@Test
	void digestsOfEmptyJacksonObjectAndArrayDiffer() {
		assertThat(this.argument.digest("tree", nodes.objectNode()))
			.isNotEqualTo(this.argument.digest("tree", nodes.arrayNode()));
	}

	/**
	 * The depth is that of the JSON, which has more levels if a class is part of it.
	 */
	@ParameterizedTest
	@MethodSource("deep")
	void valueWhenNestedTooDeeplyIsRefused(UnaryOperator<Object> wrapper) {
		Object value = "a";
		for (int i = 0; i < 70; i++) {
			value = wrapper.apply(value);
			Object wrapped = value;
			if (i < 10) {
				assertThat(digest(wrapped)).isNotEmpty();
			}
			else {
				try {
					digest(wrapped);
				}
				catch (InvalidApprovalUsageException ex) {
					assertThat(ex).hasMessageContaining("it is nested deeper than");
					return;
				}
			}
		}
		throw new AssertionError("Not refused");
	}

	static Stream<Named<UnaryOperator<Object>>> deep() {
		return Stream.of(Named.of("list", List::of), Named.of("holder", Holder::new),
				Named.of("optional", Optional::of), Named.of("set", Set::of),
				Named.of("array", (value) -> new Object[] { value }), Named.of("map", (value) -> Map.of("a", value)),
				Named.of("entry", (value) -> Map.entry("a", value)),
				Named.of("insensitive", NodeWriterTests::insensitive), Named.of("tree", NodeWriterTests::tree));
	}

	private static Object tree(Object value) {
		return nodes.objectNode().set("a", (value instanceof JsonNode node) ? node : nodes.stringNode("a"));
	}

	private static Object insensitive(Object value) {
		Map<String, Object> map = new LinkedCaseInsensitiveMap<>();
		map.put("a", value);
		return map;
	}

	@Test
	void keysOfMapsAreShownWithTheirClass() {
		Map<Object, Object> map = new LinkedHashMap<>();
		map.put(Severity.HIGH, 2);
		map.put(7, 3);
		map.put(LocalDate.of(2026, 1, 31), 4);
		map.put(Optional.class, 5);
		map.put("a b", 6);
		map.put(null, 7);
		assertThat(command(map)).isEqualTo("{Severity(HIGH)=2, 7=3, java.time.LocalDate(2026-01-31)=4, "
				+ "java.lang.Class(java.util.Optional)=5, \"a b\"=6, null=7}");
		assertThat(this.argument.command("counts", new EnumMap<>(Map.of(Severity.HIGH, 2)))).isEqualTo("{HIGH=2}");
	}

	@Test
	void valueCannotImitateClassOrMask() {
		assertThat(command(Map.of("@type", "Refund"))).isEqualTo("{\"@type\"=\"Refund\"}");
		assertThat(command(Masking.MASK)).isEqualTo("\"\\u2022\\u2022\\u2022\"");
		assertThat(digest(Map.of("@masked", "hmac-sha256:00")))
			.isNotEqualTo(digest(List.of("@masked", "hmac-sha256:00")));
	}

	@Test
	void containersAreShownByElements() {
		assertThat(command(List.of(1))).isEqualTo("[1]");
		assertThat(command(Map.of("a", 1))).isEqualTo("{\"a\"=1}");
		assertThat(command(new ArrayDeque<>(List.of(1)))).isEqualTo("java.util.Deque[1]");
		assertThat(command(Set.of())).isEqualTo("java.util.Set[]");
		assertThat(command(new TreeSet<>(List.of("b", "a")))).isEqualTo("java.util.Set[\"a\", \"b\"]");
		assertThat(command(Optional.of(1))).isEqualTo("java.util.Optional[1]");
		assertThat(command(Optional.empty())).isEqualTo("java.util.Optional[]");
		assertThat(command(new int[][] { { 1 }, {} })).isEqualTo("int[][][[1], []]");
		assertThat(command(Map.entry("a", 1))).isEqualTo("java.util.Map$Entry{\"a\"=1}");
	}

	@ParameterizedTest
	@MethodSource("refused")
	void valueWhenNotReadableInFullIsRefused(Object value, String reason) {
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> this.argument.write("object", value))
			.withMessageStartingWith("Argument 'value' of Methods.object cannot be shown to the approver")
			.withMessageContaining(reason)
			.withMessageNotContaining("s3cr3t");
	}

	static Stream<Arguments> refused() throws Exception {
		Properties defaults = new Properties();
		defaults.setProperty("s3cr3t", "production");
		Node cycle = new Node();
		cycle.next = cycle;
		Object deep = "s3cr3t";
		for (int i = 0; i < 70; i++) {
			deep = List.of(deep);
		}
		return Stream.of(arguments(new Properties(defaults), "has a comparator, defaults,"),
				arguments(new IdentityHashMap<>(), "a way of its own to compare its keys"),
				arguments(new WeakHashMap<>(), "a way of its own to compare its keys"),
				arguments(new ArrayBlockingQueue<>(5), "a capacity, or"),
				arguments(new LinkedBlockingDeque<>(5), "a capacity, or"),
				arguments(cycle, "at 'value.next', it refers to an object that encloses it"),
				arguments(deep, "it is nested deeper than"),
				arguments(Map.of(new OrderId("s3cr3t"), 1),
						"at 'value[…]', a key of type %s is not a value of Java".formatted(OrderId.class.getName())),
				arguments(Map.of(new URL("file:a"), 1), "a key of type java.net.URL is not a value of Java"),
				arguments(Map.of(new char[] { 'a' }, 1), "a key of the type [C, which is sensitive"),
				arguments(Map.of("s3cr3t", Stream.of(1)), "at 'value[…]', a java.util.stream.ReferencePipeline"),
				arguments(Stream.of("s3cr3t"), "can be read only once"),
				arguments(List.of("s3cr3t").iterator(), "can be read only once"),
				arguments(List.of(1, List.of("s3cr3t").iterator()), "at 'value[1]', "),
				arguments(CompletableFuture.completedFuture("s3cr3t"), "is not available yet"),
				arguments((Supplier<String>) () -> "s3cr3t", "a lambda is not data"),
				arguments(Proxy.newProxyInstance(NodeWriterTests.class.getClassLoader(),
						new Class<?>[] { Action.class }, (proxy, method, arguments) -> "x"), "a proxy has state"),
				arguments(new ProxyFactory(new Holder<>("s3cr3t")).getProxy(), "a proxy has state"),
				arguments(nodes.arrayNode().add(new OwnNode()), "a JsonNode of its own"),
				arguments(new ObjectNode(nodes, new TreeMap<>(String.CASE_INSENSITIVE_ORDER)),
						"ObjectNode has a container that cannot be read, or that may find its content in a way of its own"),
				arguments(new ObjectNode(nodes, new OwnMap()), "ObjectNode has a container"),
				arguments(new ArrayNode(nodes, new OwnList()), "ArrayNode has a container"),
				arguments(nodes.objectNode().putPOJO("a", new Refund(5)),
						"POJONode is not data. Pass the object itself"),
				arguments(OptionalInt.of(5), "a java.util.OptionalInt is not data"),
				arguments(new AtomicReference<>("s3cr3t"), "a java.util.concurrent.atomic.AtomicReference is not data"),
				arguments(new TreeSet<>(Comparator.<String>reverseOrder()), "a java.util.TreeSet has a comparator"),
				arguments(new LinkedCaseInsensitiveMap<>(Locale.forLanguageTag("tr")), "a way of its own to compare"),
				arguments(new LinkedCaseInsensitiveMap<>(Locale.forLanguageTag("lt")), "a way of its own to compare"),
				arguments(new TreeSet<>(String.CASE_INSENSITIVE_ORDER), "Copy it into a List"),
				arguments(new TreeMap<String, Object>(Comparator.comparing(String::length)),
						"a java.util.TreeMap has a comparator"),
				arguments(new PriorityQueue<>(List.of("s3cr3t")), "Copy it into a List"),
				arguments(InetAddress.getLoopbackAddress(), "Address is not data"),
				arguments(new InetSocketAddress(InetAddress.getLoopbackAddress(), 443),
						"a java.net.InetSocketAddress is not data"),
				arguments(
						Proxy.newProxyInstance(null, new Class<?>[] { List.class },
								(proxy, method, arguments) -> method.invoke(List.of(5), arguments)),
						"a proxy has state"),
				arguments(new Holder<>(new Holder<>(Thread.currentThread())), "at 'value.value.value', "));
	}

	/**
	 * Its parts are counted before they are copied, which would not end.
	 */
	@Test
	void treeThatSharesItsPartsIsTooLarge() {
		JsonNode tree = nodes.arrayNode().add(1);
		for (int i = 0; i < 40; i++) {
			tree = nodes.arrayNode().add(tree).add(tree);
		}
		Object shared = tree;
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> this.argument.write("tree", shared))
			.withMessageContaining("larger than");
	}

	@Test
	void refusalPathEndsAtSensitiveValue() {
		assertThatExceptionOfType(InvalidApprovalUsageException.class)
			.isThrownBy(() -> this.argument.write("object", new Sensitive(new Holder<>(Thread.currentThread()))))
			.withMessageContaining("at 'value.secret', ")
			.withMessageNotContaining("secret.value");
	}

	@Test
	void hiddenReferenceToEnclosingObjectIsBound() {
		Owner owner = new Owner();
		owner.pets.add(new Pet(owner));
		assertThat(command(owner)).isEqualTo("Owner{name=Ann, pets=[{owner=•••}]}");
		String before = digest(owner);
		Owner other = new Owner();
		owner.pets.get(0).owner = other;
		String replaced = digest(owner);
		assertThat(replaced).isNotEqualTo(before);
		other.name = "Eve";
		assertThat(digest(owner)).isNotEqualTo(replaced);
	}

	@Test
	void hiddenCycleIsBound() {
		Owner owner = new Owner();
		Pet pet = new Pet(owner);
		owner.pets.add(pet);
		assertThat(command(pet)).isEqualTo("Pet{owner=•••}");
		String before = digest(pet);
		assertThat(digest(pet)).isEqualTo(before);
		owner.name = "Eve";
		assertThat(digest(pet)).isNotEqualTo(before);
		before = digest(pet);
		owner.pets.set(0, new Pet(owner));
		assertThat(digest(pet)).isNotEqualTo(before);
	}

	@Test
	void credentialsAreNeitherShownNorSent() {
		HttpHeaders headers = new HttpHeaders();
		headers.setBearerAuth("s3cr3t");
		for (Object value : new Object[] { headers, "s3cr3t".toCharArray(), Map.of("a", "s3cr3t".toCharArray()),
				new Login("bob", "s3cr3t"), List.of(new Login("bob", "s3cr3t")), new User(),
				new SecretKeySpec("s3cr3t".getBytes(), "AES") }) {
			assertThat(this.argument.write("object", value).toString()).doesNotContain("s3cr3t", "czNjcjN0",
					"733363723374");
			assertThat(command(value)).contains(Masking.MASK).doesNotContain("s3cr3t");
		}
	}

	@Test
	void credentialsAreBound() {
		SecretKeySpec key = new SecretKeySpec(new byte[] { 1 }, "AES");
		assertThat(digest(key)).isEqualTo(digest(key)).isNotEqualTo(digest(new SecretKeySpec(new byte[] { 2 }, "AES")));
		char[] password = "a".toCharArray();
		String before = digest(password);
		password[0] = 'b';
		assertThat(digest(password)).isNotEqualTo(before);
		User user = new User();
		before = digest(user);
		user.role = "admin";
		assertThat(digest(user)).isNotEqualTo(before);
	}

	@Test
	void algorithmOfAKeyIsBound() {
		assertThat(digest(new SecretKeySpec(new byte[] { 1 }, "AES")))
			.isNotEqualTo(digest(new SecretKeySpec(new byte[] { 1 }, "HmacSHA256")));
	}

	@Test
	void formatOfAKeyIsBound() throws Exception {
		Key key = KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic();
		assertThat(digest(key)).isEqualTo(digest(key))
			.isNotEqualTo(digest(new SecretKeySpec(key.getEncoded(), key.getAlgorithm())));
	}

	@Test
	void certificatesAreBound() throws Exception {
		KeyStore trusted = KeyStore.getInstance(new File(System.getProperty("java.home"), "lib/security/cacerts"),
				"changeit".toCharArray());
		List<Certificate> certificates = new ArrayList<>();
		for (String alias : Collections.list(trusted.aliases()).subList(0, 2)) {
			certificates.add(trusted.getCertificate(alias));
		}
		assertThat(command(certificates.get(0))).isEqualTo(Masking.MASK);
		assertThat(digest(certificates.get(0))).isEqualTo(digest(certificates.get(0)))
			.isNotEqualTo(digest(certificates.get(1)));
		X500Principal principal = new X500Principal("CN=bob");
		assertThat(command(principal)).isEqualTo(Masking.MASK);
		assertThat(digest(principal)).isEqualTo(digest(new X500Principal("CN=bob")))
			.isNotEqualTo(digest(new X500Principal("CN=eve")));
	}

	@Test
	void formatterDoesNotAffectDigestOfCredential() {
		ShownArgument formatted = new ShownArgument(Methods.class,
				new SnapshotWriter(List.of(new JsonMapper()), DataSize.ofKilobytes(64), List.of(new LoginFormatter())));
		assertThat(formatted.digest("object", new Login("bob", "a")))
			.isNotEqualTo(formatted.digest("object", new Login("bob", "b")));
	}

	/**
	 * As obfuscators write them.
	 */
	@Test
	void objectWithTwoFieldsOfSameNameIsRefused() throws Exception {
		ClassWriter writer = new ClassWriter(0);
		writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, Type.getInternalName(NodeWriterTests.class) + "Overloaded", null,
				"java/lang/Object", null);
		writer.visitField(Opcodes.ACC_PUBLIC, "a", "I", null, null);
		writer.visitField(Opcodes.ACC_PUBLIC, "a", "J", null, null);
		MethodVisitor constructor = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
		constructor.visitVarInsn(Opcodes.ALOAD, 0);
		constructor.visitMethodInsn(Opcodes.INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
		constructor.visitInsn(Opcodes.RETURN);
		constructor.visitMaxs(1, 1);
		Object value = MethodHandles.lookup().defineClass(writer.toByteArray()).getConstructor().newInstance();
		assertThatExceptionOfType(InvalidApprovalUsageException.class).isThrownBy(() -> digest(value))
			.withMessageContaining("Overloaded has two fields");
	}

	@Test
	void principalsOfTheApplicationAreMasked() {
		assertThat(command(new Login("bob", "s3cr3t"))).isEqualTo(Masking.MASK);
		assertThat(digest(new Login("bob", "a"))).isNotEqualTo(digest(new Login("eve", "a")))
			.isNotEqualTo(digest(new Login("bob", "b")));
	}

	@Test
	void jacksonTreesAreShownByValues() {
		assertThat(this.argument.command("tree", nodes.arrayNode().add(1).add("a").addNull().add(true)))
			.isEqualTo("[1, \"a\", null, true]");
		assertThat(this.argument.command("tree", nodes.objectNode().put("a", 1).put("b", new byte[] { 1 })))
			.isEqualTo("{\"a\"=1, \"b\"=byte[](\"AQ==\")}");
		assertThat(command(nodes.objectNode().put("a", 1)))
			.isEqualTo("tools.jackson.databind.node.ObjectNode{\"a\"=1}");
		assertThat(digest(nodes.objectNode().put("a", 1))).isNotEqualTo(digest(Map.of("a", 1)))
			.isNotEqualTo(digest(nodes.objectNode().put("a", "1")));
	}

	private String digest(Object value) {
		return this.argument.digest("object", value);
	}

	private String command(Object value) {
		return this.argument.command("object", value);
	}

	interface Methods {

		void object(Object value);

		void purge(Purge value);

		void purges(List<? extends Purge> value);

		void action(Action value);

		void actions(List<Action> value);

		void texts(List<String> value);

		void counts(Map<Severity, Integer> value);

		void numeric(Number value);

		void collection(Collection<String> value);

		void lists(List<List<String>> value);

		void numbers(List<? extends Number> value);

		void lower(List<? super String> value);

		void lowerArray(Several<? super String> value);

		void lowerKeys(Map<? super String, Integer> value);

		void nested(Optional<Optional<String>> value);

		void tree(JsonNode value);

		void purgesByKey(Map<String, Optional<Purge[]>> value);

		void holder(Holder<?> value);

		void purgeHolders(List<Holder<Purge>> value);

		void declaring(Declaring value);

		<T extends Comparable<T>> void recursive(T value);

		<E> void variables(List<? extends E> value);

		<E> void variablesByKey(Map<String, ? extends List<? extends E>> value);

		void page(Page<String> value);

		<E> void anyPage(Page<? extends E> value);

	}

	record Page<E>(List<? extends E> items, E last) {
	}

	record Refund(int amount) {
	}

	record Deletion(int amount) {
	}

	interface Action {

	}

	record Archive(int id) implements Action {
	}

	record Purge(int id) implements Action {
	}

	static final class Everything implements Action {

	}

	record OrderId(String value) {
	}

	record CustomerId(String value) {
	}

	enum Level {

		HIGH

	}

	enum Severity {

		HIGH

	}

	static class Holder<T> {

		public T value;

		Holder(T value) {
			this.value = value;
		}

	}

	static class Several<T> {

		public List<T[]> values = new ArrayList<>();

		@SafeVarargs
		@SuppressWarnings("varargs")
		Several(T... values) {
			this.values.add(values);
		}

	}

	record Sensitive(@AirlockSensitive Holder<?> secret) {
	}

	static class Declaring {

		public Action action = new Purge(5);

		public Level level = Level.HIGH;

		public Map<String, Refund> refunds = Map.of("a", new Refund(5));

	}

	static class Node {

		public @Nullable Node next;

	}

	static class Owner {

		public String name = "Ann";

		public List<Pet> pets = new ArrayList<>();

	}

	static class Pet {

		@JsonBackReference
		public Owner owner;

		Pet(Owner owner) {
			this.owner = owner;
		}

	}

	static class LoginFormatter implements ArgumentFormatter<Login> {

		@Override
		public Class<Login> getType() {
			return Login.class;
		}

		@Override
		public String format(Login value) {
			return value.name();
		}

	}

	record Login(String name, String password) implements Principal {

		@Override
		public String getName() {
			return this.name;
		}

	}

	@SuppressWarnings("serial")
	static class User implements UserDetails {

		private String role = "user";

		private final String password = "s3cr3t";

		public String getRole() {
			return this.role;
		}

		@Override
		public Collection<? extends GrantedAuthority> getAuthorities() {
			return List.of();
		}

		@Override
		public @Nullable String getPassword() {
			return this.password;
		}

		@Override
		public String getUsername() {
			return "bob";
		}

	}

	@SuppressWarnings("serial")
	static class OwnMap extends LinkedHashMap<String, JsonNode> {

		@Override
		public JsonNode get(Object key) {
			return JsonNodeFactory.instance.numberNode(1_000_000);
		}

	}

	static class OwnList extends ArrayList<JsonNode> {

		@Override
		public JsonNode get(int index) {
			return JsonNodeFactory.instance.numberNode(1_000_000);
		}

	}

	static class OwnNode extends StringNode {

		OwnNode() {
			super("a");
		}

	}

}
