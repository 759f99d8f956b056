/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.condition;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.airlockapp.gateway.CapturedLog;
import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.snapshot.ArgumentSnapshot;
import io.airlockapp.gateway.approval.snapshot.Masking;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.util.LinkedCaseInsensitiveMap;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link ApprovalCondition} and its parser.
 */
class ApprovalConditionTests {

	private static final SnapshotWriter WRITER = new SnapshotWriter(new JsonMapper());

	@RegisterExtension
	final CapturedLog log = new CapturedLog(ApprovalCondition.class);

	private final DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();

	ApprovalConditionTests() {
		this.beanFactory.registerSingleton("limits", new Limits());
		this.beanFactory.registerSingleton("my.limits", new Limits());
	}

	@ParameterizedTest(name = "{0} with {1} and {2}")
	@MethodSource("unclear")
	void conditionWhenResultIsUnclearRequiresApproval(String condition, @Nullable Object a, @Nullable Object b) {
		assertUnclear(condition, a, b);
		assertUnclear("not (" + condition + ")", a, b);
		assertUnclear("(" + condition + ") and #a0 != null", a, b);
		assertUnclear("(" + condition + ") or #a0 == null", a, b);
	}

	private void assertUnclear(String condition, @Nullable Object a, @Nullable Object b) {
		this.log.list.clear();
		assertThat(asks(condition, a, b)).isTrue();
		assertThat(this.log.list).singleElement()
			.satisfies((event) -> assertThat(event.getLevel()).isEqualTo(Level.WARN));
	}

	static List<Arguments> unclear() {
		List<Arguments> cases = new ArrayList<>();
		for (String operator : List.of(">", ">=", "<", "<=", "==", "!=", "+ 1 >", "- 1 <", "* 1 >")) {
			for (Object unclear : Arrays.asList(null, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY,
					-0.0, Float.NaN, Float.NEGATIVE_INFINITY, -0.0f, "5", 'a', true, DayOfWeek.MONDAY,
					new LyingDecimal(), List.of(5), Optional.empty(), Optional.of("5"), new BigDecimal("1E+1000000"),
					new BigDecimal("1E-1000000"), BigInteger.ONE.shiftLeft(100_000), new Box(5), new byte[] { 5 },
					LocalDate.EPOCH)) {
				cases.add(arguments("#a " + operator + " 100", unclear, null));
			}
		}
		for (String operator : List.of(">", ">=", "<", "<=", "==", "!=")) {
			cases.add(arguments("#a " + operator + " #b", Double.NaN, Double.NaN));
			cases.add(arguments("#a " + operator + " #b", null, null));
			cases.add(arguments("#a " + operator + " #b", 5, null));
			cases.add(arguments("#a " + operator + " #b", null, 5));
			cases.add(arguments("#a " + operator + " #b", 5, "5"));
			cases.add(arguments("#a " + operator + " #b", DayOfWeek.MONDAY, Color.MONDAY));
			cases.add(arguments("#a " + operator + " #b", DayOfWeek.MONDAY, "MONDAY"));
			cases.add(arguments("#a " + operator + " #b", LocalDate.EPOCH, LocalDate.EPOCH));
			cases.add(arguments("#a " + operator + " #b", List.of(1), List.of(1)));
			cases.add(arguments("#a " + operator + " #b", new Box(1), new Box(1)));
			cases.add(arguments("#a " + operator + " #b", new byte[1], new byte[1]));
		}
		cases.addAll(List.of(arguments("#a > #b", "1000", "200"), arguments("#a > #b", 'a', 'b'),
				arguments("#a == 'OPEN'", Color.MONDAY, null), arguments("#a != 'MONDAY'", DayOfWeek.MONDAY, null),
				arguments("#a == 'x'", 'x', null), arguments("#a == 'x'", new StringBuilder("x"), null),
				arguments("#a == true", "true", null), arguments("#a != false", 0, null),
				arguments("#a == '00000000-0000-0001-0000-000000000000'", new UUID(1, 0), null),
				arguments("#a != 0.1", 0.1, null), arguments("#a > 0.1", 0.1, null),
				arguments("#a < 99.99", 99.99, null), arguments("#a == #b", 0.1f, 0.1),
				arguments("#a < #b", new BigDecimal("0.1"), 0.1), arguments("#a + #b > 0.3", 0.1, 0.2),
				arguments("#a * 1 > 0.3", 0.1, null), arguments("-#a > 1", 0.1, null), arguments("#a + #b > 1", 'a', 1),
				arguments("-#a > 1", "1", null), arguments("+#a > 1", null, null), arguments("!#a", null, null),
				arguments("!#a", "true", null), arguments("#a", null, null), arguments("#a", "false", null),
				arguments("#a", 0, null)));
		cases.addAll(List.of(arguments("#a['amount'] > 100", Map.of("Amount", 5000), null),
				arguments("#a['amount'] != null", Map.of("Amount", 5000), null),
				arguments("#a['amount'] > 100", new HashMap<>(Collections.singletonMap("amount", null)), null),
				arguments("#a['amount'] > 100", Map.of(), null), arguments("#a['1'] > 100", Map.of(1, 50), null),
				arguments("#a['MONDAY'] > 100", Map.of(DayOfWeek.MONDAY, 50), null),
				arguments("#a['amount'] > 100", List.of(5), null), arguments("#a['amount'] > 100", new Box(5), null),
				arguments("#a[1] > 100", List.of(1), null),
				arguments("#a[010] > 100", List.of(1, 2, 3, 4, 5, 6, 7, 8, 9), null),
				arguments("#a[2] > 100", new int[] { 1, 2 }, null), arguments("#a[0] == 'x'", "abc", null),
				arguments("#a[0] > 100", Set.of(1), null), arguments("#a[0] > 100", new ArrayDeque<>(List.of(1)), null),
				arguments("#a[0] > 100", Map.of(0, 1), null), arguments("#a.containsKey(1)", Map.of("1", 5000), null),
				arguments("#a.containsKey('a')", List.of("b"), null),
				arguments("!#a.containsKey('a')", Map.of(new StringBuilder("a"), 1), null),
				arguments("!#a.containsKey(#b)", Map.of(new Date(0), 1), new Date(0)),
				arguments("!#a.contains(#b)", Set.of(new AtomicInteger(1)), 1),
				arguments("#a['a'] > 100", Map.of(new StringBuilder("a"), 1), null),
				arguments("#a.contains('a')", Map.of("b", 1), null), arguments("#a.contains('a')", "b", null),
				arguments("#a.contains(5)", List.of("5"), null), arguments("#a.contains(#b)", List.of(), null),
				arguments("#a.contains(#b)", List.of(1), null), arguments("#a.contains(#b)", List.of(), Double.NaN),
				arguments("#a.contains(#b)", List.of(), new Box(1)),
				arguments("#a.contains(2)", Arrays.asList(1, null), null),
				arguments("!#a.contains(5)", List.of(4L, 5L), null),
				arguments("!#a.contains(2.5)", List.of(new BigDecimal("2.50")), null),
				arguments("#a.contains(5)", List.of(4L, 6L), null), arguments("!#a.contains(#b)", List.of(5), 5),
				arguments("!#a.containsKey(5)", Map.of(5, 1), null), arguments("#a + 'x' > 5", 5, null),
				arguments("#a + 'x' == #b", 5, 5), arguments("#a > 1E+2500 * 1E+2501", 5, null),
				arguments("#a.amount > 1", Optional.of(new Box(5)), null),
				arguments("#a.contains(1)", Arrays.asList(1, null), null),
				arguments("{'A', 'B'}.contains(#a)", null, null), arguments("{1, 2}.contains(#a)", "3", null),
				arguments("{1, 2}.contains(#a)", Double.NaN, null),
				arguments("{'MONDAY'}.contains(#a)", DayOfWeek.FRIDAY, null), arguments("#a.size() > 5", "abc", null),
				arguments("#a.size() > 5", null, null), arguments("#a.isEmpty()", new Box(1), null),
				arguments("#a.isEmpty()", "", null), arguments("#a.isEmpty()", Optional.of(List.of()), null),
				arguments("!#a.lines.isEmpty()", new Lines(Optional.of(List.of())), null),
				arguments("#a == null", Optional.empty(), null), arguments("#a != null", Optional.empty(), null),
				arguments("#a.maybe != null", new Nested(Optional.of(Optional.empty())), null),
				arguments("#a.maybe > 5", new Nested(Optional.of(Optional.of(3))), null),
				arguments("#a.size() > 2", Optional.of(List.of(1, 2, 3)), null),
				arguments("!#a.contains('x')", Optional.of("x"), null),
				arguments("#a['lines'].size() > 2", Map.of("lines", Optional.of(List.of(1, 2, 3))), null)));
		cases.addAll(List.of(arguments("#a.amount > 100", null, null),
				arguments("#a.amount > 100", new Box(null), null),
				arguments("#a.amount.amount > 100", new Box(null), null), arguments("#a.amount == null", null, null),
				arguments("#a.none > 100", new Box(5), null), arguments("#a.amount > 100", Map.of("amount", 5), null),
				arguments("#a.hidden > 100", new Masks(), null), arguments("#a.hidden == null", new Masks(), null),
				arguments("#a.hidden.amount == null", new Masks(), null),
				arguments("#a.ignored > 100", new Masks(), null), arguments("#a.omitted > 100", new Masks(), null),
				arguments("#a.omitted != null", new Masks(), null), arguments("#a.omitted.x == 1", new Masks(), null),
				arguments("#a.hidden.size() > 1", new Masks(), null)));
		cases.addAll(List.of(arguments("@limits.maybe(#a)", 5, null), arguments("@limits.text(#a)", 5, null),
				arguments("@limits.nothing(#a)", 5, null), arguments("@limits.fail(#a)", 5, null),
				arguments("@limits.error(#a)", 5, null), arguments("@none.any(#a)", 5, null),
				arguments("@limits.none(#a)", 5, null), arguments("@limits.hidden(#a)", 5, null),
				arguments("@limits.integer(#a)", 5, null), arguments("@limits.any(#a)", new Thread(), null)));
		return cases;
	}

	@ParameterizedTest(name = "{0} with {1} and {2}")
	@MethodSource("exceeding")
	void conditionWhenTrueForExactNumbersRequiresApproval(String condition, Object a, @Nullable Object b) {
		assertThat(asks(condition, a, b)).isTrue();
		assertThat(this.log.list).isEmpty();
		assertThat(asks("!(" + condition + ")", a, b)).isFalse();
	}

	static List<Arguments> exceeding() {
		return List.of(arguments("#a * #b > 1000", 65536, 65536), arguments("#a * #b > 1000", 1L << 32, 1L << 32),
				arguments("#a + #b > 1000", Integer.MAX_VALUE, 1), arguments("#a + 1 > 1000", Long.MAX_VALUE, null),
				arguments("#a - #b > 1000", Integer.MAX_VALUE, Integer.MIN_VALUE),
				arguments("-#a > 1000", Integer.MIN_VALUE, null), arguments("-#a > 1000", Long.MIN_VALUE, null),
				arguments("#a * 10.0 > 100", new BigDecimal("10.0000000000000000000001"), null),
				arguments("#a > #b", 9007199254740993L, 9007199254740992.0),
				arguments("#a > 100", new BigDecimal("100.00000000000000000001"), null),
				arguments("#a > #b", new BigDecimal("100.00000000000000000001"), 100.0),
				arguments("#a > 2147483647", 2147483648.0, null), arguments("#a > 99.99", 99.99000000000001, null),
				arguments("#a >= 0.1", new BigDecimal("0.1"), null), arguments("#a > 100", 1e300, null),
				arguments("#a < 0", Double.MIN_VALUE * -1, null), arguments("#a > 0", Float.MIN_VALUE, null),
				arguments("#a == 16777217", 16777217L, null),
				arguments("#a > 9223372036854775806L", Long.MAX_VALUE, null), arguments("#a == 1E+3", 1000, null),
				arguments("#a == 0x10", 16, null), arguments("#a > 2 * 50", new BigDecimal("100.1"), null),
				arguments("#a.contains('x')", new HashSet<>(List.of("x")), null),
				arguments("{'A', 'B'}.contains(#a)", "B", null), arguments("#a == true", true, null),
				arguments("#a == #b", true, true), arguments("#a == #b", false, false), arguments("#a == #b", "x", "x"),
				arguments("#a == 'x'", "x", null), arguments("'x' == #a", "x", null),
				arguments("#a == #b", DayOfWeek.MONDAY, DayOfWeek.MONDAY));
	}

	@ParameterizedTest(name = "{0} with {1} and {2}")
	@MethodSource("clear")
	void conditionWhenClearlyFalseRequiresNoApproval(String condition, @Nullable Object a, @Nullable Object b) {
		assertThat(asks(condition, a, b)).isFalse();
		assertThat(this.log.list).isEmpty();
		assertThat(asks("not (" + condition + ")", a, b)).isTrue();
		assertThat(asks("(" + condition + ") or #a0 == null and #a0 != null", a, b)).isFalse();
		assertThat(this.log.list).isEmpty();
	}

	static List<Arguments> clear() {
		List<Arguments> cases = new ArrayList<>();
		for (Object five : List.of((byte) 5, (short) 5, 5, 5L, 5.0f, 5.0, BigInteger.valueOf(5), new BigDecimal("5.00"),
				new AtomicInteger(5), new AtomicLong(5))) {
			for (Object ten : List.of((byte) 10, 10L, 10.0, BigInteger.TEN, new BigDecimal("1E+1"))) {
				for (String operator : List.of(">", ">=", "==", "+ 5 >", "* 2 >", "- 1 >")) {
					cases.add(arguments("#a " + operator + " #b", five, ten));
				}
			}
			cases.add(arguments("#a != 5", five, null));
			cases.add(arguments("#a < 5.0", five, null));
			cases.add(arguments("#a > 5", five, null));
		}
		cases.addAll(List.of(arguments("#a == null", 5, null), arguments("null == #a", 5, null),
				arguments("#a != null", null, null), arguments("#a == null", List.of(), null),
				arguments("#a != null and #a > 100", null, null), arguments("#a != null and #a > 100", 50, null),
				arguments("#a > 99.99", 99.99, null), arguments("#a > 99.99", new BigDecimal("99.99"), null),
				arguments("#a > 1.5f", 1.5, null), arguments("#a == 'x'", "y", null), arguments("#a != 'x'", "x", null),
				arguments("#a == 'it''s'", "its", null), arguments("'x' == #a", "y", null),
				arguments("#a == #b", "x", "y"), arguments("#a == #b", DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
				arguments("#a == #b", true, false), arguments("#a", false, null), arguments("#a == true", false, null),
				arguments("!#a", true, null), arguments("#a and #b", false, null),
				arguments("!#a or #b", true, false)));
		cases.addAll(List.of(arguments("#a['amount'] > 100", Map.of("amount", 50), null),
				arguments("#a['amount'] != null", new HashMap<>(Collections.singletonMap("amount", null)), null),
				arguments("#a['amount'] > 100", new HashMap<>(Map.of("amount", 50, 1, 500)), null),
				arguments("#a.containsKey('amount') and #a['amount'] > 100", Map.of("note", 5000), null),
				arguments("#a['lines'][1]['price'] > 100", Map.of("lines", List.of(Map.of(), Map.of("price", 50))),
						null),
				arguments("#a[1] > 100", new int[] { 1, 2 }, null),
				arguments("#a[0] > 100", new LinkedList<>(List.of(1)), null),
				arguments("#a.size() > 2", new int[] { 1, 2 }, null), arguments("#a.size() > 2", List.of(1, 2), null),
				arguments("#a.size() > 2", Map.of(1, 2), null), arguments("#a.size() + 1 > 3", Set.of(1, 2), null),
				arguments("#a.isEmpty()", Map.of(1, 2), null), arguments("!#a.isEmpty()", List.of(), null),
				arguments("!#a.contains('x')", List.of("x"), null), arguments("#a.contains(#b)", List.of("x"), "y"),
				arguments("#a.contains('x')", List.of(), null),
				arguments("#a.contains('x')", new String[] { "y" }, null),
				arguments("!{'A', 'B'}.contains(#a)", "B", null), arguments("{1, 2}.contains(#a)", 3L, null),
				arguments("{#b, 2}.contains(#a)", 3L, 1)));
		cases.addAll(List.of(arguments("#a.amount > 100", new Box(50), null),
				arguments("#a.amount['x'].amount > 100", new Box(Map.of("x", new Box(5))), null),
				arguments("#a.amount.amount > 100", new Box(new Box(5)), null),
				arguments("#a.renamed > 100", new Named(5), null),
				arguments("#a.owner == 'y'", new Basket("x", 5), null),
				arguments("#a.size() > 1", Collections.emptyList(), null),
				arguments("#a.contains('y')", Collections.singletonList("x"), null),
				arguments("#a['amount'] > 100", json("{'amount': 50}"), null),
				arguments("#a['lines'][0]['price'] > 100", json("{'lines': [{'price': 50}]}"), null),
				arguments("#a.containsKey('amount')", json("{}"), null),
				arguments("#a['currency'] == 'EUR'", json("{'currency': 'USD'}"), null),
				arguments("@limits.any(#a)", 5, null), arguments("@limits.both(#a, #b)", 5, 6),
				arguments("@limits.never()", 5, null), arguments("@'my.limits'.any(#a)", 5, null),
				arguments("@limits.any(#a) or @limits.any(#b)", 5, 6), arguments("@limits.any(#a) and #b", 5, null)));
		return cases;
	}

	private static JsonNode json(String json) {
		return new JsonMapper().readTree(json.replace('\'', '"'));
	}

	@Test
	void nullNodeWithinTreeEqualsNull() {
		JsonNode tree = json("{'force':null}");
		assertThat(asks("#a['force'] == null", tree, null)).isTrue();
		assertThat(asks("#a['force'] != null", tree, null)).isFalse();
		assertUnclear("#a['force'] > 5", tree, null);
	}

	@ParameterizedTest
	@ValueSource(strings = { "#a['force'] == null", "#a['force'] != null", "#a['force']" })
	void conditionWhenValueIsNullNodeIsUnclear(String condition) {
		assertUnclear(condition, Map.of("force", NullNode.getInstance()), null);
	}

	@ParameterizedTest
	@ValueSource(strings = { "!#a['dryRun']", "#a['dryRun'] != true", "#a['dryRun'] == false",
			"!#a['flags'].contains(true)", "!#a['keys'].containsKey(true)" })
	void conditionWhenValueIsAtomicBooleanIsUnclear(String condition) {
		AtomicBoolean flag = new AtomicBoolean(true);
		assertUnclear(condition, Map.of("dryRun", flag, "flags", List.of(flag), "keys", Map.of(flag, "x")), null);
	}

	@Test
	void conditionWhenTreeComparesKeysInItsOwnWayIsUnclear() {
		Map<String, JsonNode> members = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		JsonNode tree = new ObjectNode(JsonNodeFactory.instance, members).put("AMOUNT", 1_000_000);
		assertThat(tree.get("amount").intValue()).isEqualTo(1_000_000);
		assertUnclear("#a.containsKey('amount') and #a['amount'] > 100", tree, null);
	}

	@ParameterizedTest
	@MethodSource("containersWithOwnEquality")
	void conditionWhenContainerComparesElementsInItsOwnWayIsUnclear(String condition, Object container) {
		assertUnclear(condition, container, null);
	}

	static List<Arguments> containersWithOwnEquality() {
		Map<String, Object> insensitive = new LinkedCaseInsensitiveMap<>();
		insensitive.put("AMOUNT", 1_000_000);
		Map<String, Object> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
		sorted.put("Amount", 1_000_000);
		Set<String> tags = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
		tags.add("PROD");
		List<Arguments> cases = new ArrayList<>();
		for (Map<String, Object> map : List.of(insensitive, sorted, Collections.unmodifiableMap(sorted),
				new TreeMap<String, Object>(Map.of("amount", 50)))) {
			cases.add(arguments("#a.containsKey('amount') and #a['amount'] > 100", map));
			cases.add(arguments("!#a.containsKey('" + map.keySet().iterator().next() + "')", map));
			cases.add(arguments("#a['" + map.keySet().iterator().next() + "'] < 100", map));
		}
		cases.add(arguments("#a.contains('prod')", tags));
		cases.add(arguments("#a.contains('prod')", Collections.unmodifiableSet(tags)));
		cases.add(arguments("#a.contains('prod')", new TreeSet<>(Set.of("test"))));
		cases.add(arguments("!#a.contains(5)", new Basket("x", 5)));
		for (Object container : List.of(new Basket("x", 5), Collections.unmodifiableList(new Basket("x", 5)),
				Collections.synchronizedList(new Basket("x", 5)), new Basket("x", 5).subList(0, 1))) {
			cases.add(arguments("#a.size() > 1", container));
			cases.add(arguments("#a.isEmpty()", container));
			cases.add(arguments("#a[0] > 5", container));
		}
		for (Object container : List.of(sorted, insensitive, tags, Collections.unmodifiableMap(sorted),
				Collections.synchronizedSortedMap(new TreeMap<>(sorted)), sorted.keySet())) {
			cases.add(arguments("#a.size() > 1", container));
			cases.add(arguments("#a.isEmpty()", container));
		}
		return cases;
	}

	@ParameterizedTest
	@ValueSource(strings = { "#a = 5", "#a.amount = 5", "#a++ > 5", "--#a > 5", "#a ? true : false", "#a ?: true",
			"(#a ?: 0) > 100", "#a?.amount > 100", "#a?.size() > 100", "#a?.isEmpty()", "#a?.[0] > 100",
			"#a matches '[0-9]+'", "#a instanceof T(String)", "#a.?[#this > 100].isEmpty()", "#a.![amount].contains(5)",
			"#a.^[#this > 1] > 1", "#a.$[#this > 1] > 1", "new java.math.BigDecimal('5') > #a", "#f(#a) > 100",
			"#none > 100", "#root == #a", "#this == #a", "#arg0 > 100", "#a3 > 100", "#p3 > 100", "a > 100",
			"a.amount > 100", "above(#a)", "T(Math).abs(#a) > 100", "T(java.util.Locale) == #a",
			"#a == T(java.time.DayOfWeek).FRIDAY", "{#a}.size() > 1", "{#a}.isEmpty()", "{1}.containsKey(#a)",
			"{'x': #a} == null", "#a == {1}", "null", "#a > null", "#a between {1, 2}", "#a.equals(5)",
			"#a.compareTo(#b) > 0", "#a.matches('x')", "#a.intValue() > 100", "#a.amount() > 100", "#a.contains()",
			"#a.contains(1, 2)", "#a.isEmpty(1)", "#a.size(1) > 1", "#a.containsValue(5)", "#a.get('x') > 1",
			"#a.contains(#b.get(0))", "#a.size().amount > 1", "#a.size().isEmpty()", "@limits", "@limits.max > #a",
			"@limits.above(#a.amount)", "@limits.above(#a * 2)", "@limits.above(5)", "@limits.above(#none)",
			"@limits?.above(#a)", "@limits.above(#a) == true", "@limits.above(#a) > 5", "@limits.other().above(#a)",
			"&limits.above(#a)", "#a[#b] > 1", "#a[-1] > 1", "#a[1L] > 1", "#a[0.5] > 1", "#a[amount] > 5",
			"#a['x'.length()++] > 1", "#a / 2 > 5", "#a % 2 == 1", "#a ^ 2 > 5", "(#a > 1) == true",
			"#a + (#b > 1) > 5", "true", "false", "1 > 2", "'x'", "5", "'a' == 'b'", "1 + 1 == 2", "{1, 2}.contains(3)",
			"#a > 100 and false", "#a > 100 or true", "!true", "#a + 5", "not (#a * 2)", "-#a", "#a.size()",
			"#a > 1E+6000", "{}.contains(#a)", "#a > '100'", "#a + #b == 'ab'", "#a >", "#a > 2147483648", "(#a",
			"#a === 5", "#a =", "#a ==", "#a and", "#a in {1, 2}" })
	void parseWhenExpressionIsUnsupportedThrows(String condition) {
		assertThatIllegalArgumentException().isThrownBy(() -> parse(condition))
			.withMessageMatching("(?s)'.*' cannot decide whether approval is required: .+");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			an argument is written as in '#amount'                      | amount > 100
			an argument is written as in '#amount'                      | order.amount > 100
			an enum constant as in '#day == 'FRIDAY''; for all else, let a bean | #a == T(java.time.DayOfWeek).FRIDAY
			an enum constant as in '#day == 'FRIDAY''; for all else, let a bean | #a == DayOfWeek.FRIDAY
			let a bean decide, as in '@limits.above(#amount)'           | #a / 2 > 5
			let a bean decide, as in '@limits.above(#amount)'           | #a matches 'x'
			let a bean decide, as in '@limits.above(#amount)'           | (#a ?: 0) > 100
			let a bean decide, as in '@limits.above(#amount)'           | #a between {1, 2}
			'startsWith('x')' is not part of an argument, whose methods are not called | #a.startsWith('x')
			write '.field', '['key']' or '[0]'; let a bean decide       | #a.getAmount() > 5
			'amount' is read with '?.': leave out the '?', also if null | #a?.amount > 100
			'size()' is read with '?.': leave out the '?', also if null | #a?.size() > 100
			parsed at 'in {1, 2}': one of several values is written as in '{'EUR', 'USD'}.contains | #a in {1, 2}
			parsed at '2147483648': one of several values is written as | #a > 2147483648
			a large number as in '3000000000L'; for all else, let a bean decide | #a > 2147483648
			'#none' is not a parameter. The method has #a, #b, #p0      | #none > 100
			""")
	void parseWhenExpressionIsUnsupportedNamesAlternative(String message, String condition) {
		assertThatIllegalArgumentException().isThrownBy(() -> parse(condition)).withMessageContaining(message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "#from == 'treasury'", "#a1 == 'treasury'" })
	void refusesTheNameOfAnotherParameterInAnotherDeclaration(String condition) {
		Method move = ReflectionUtils.findMethod(Swapped.class, "move", (Class<?>[]) null);
		assertThatIllegalArgumentException().isThrownBy(() -> ConditionParser.parse(condition, Swapped.class, move))
			.withMessageContainingAll("is another parameter of ", "Movable.move: give both the same names");
		assertThat(ConditionParser.parse("#p1 == 'treasury'", Swapped.class, move)).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "#a == '${prod.environment}'", "#a > ${limit}", "#a > ${limit:100}", "#{#a > 100}",
			"#a == '#{systemProperties.environment}'", "@limits.is(#a, '${prod.environment}')" })
	void parseWhenConditionHasPlaceholderThrows(String condition) {
		assertThatIllegalArgumentException().isThrownBy(() -> parse(condition))
			.withMessageContainingAll(condition,
					condition.contains("#{") ? "write it without '#{' and '}', or let a bean decide"
							: "'${...}' is not replaced in a condition; let a bean decide");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			java.time.DayOfWeek has no constant 'FRIDAI', only MONDAY, TUESDAY, | #day == 'FRIDAI'
			has no constant 'FRIDAI'                     | 'FRIDAI' != #day
			has no constant 'FRIDAI'                     | {'MONDAY', 'FRIDAI'}.contains(#day)
			has no constant 'FRIDAI'                     | #days.contains('FRIDAI')
			has no constant 'FRIDAI'                     | #byDay['FRIDAI'] > 5
			has no constant 'FRIDAI'                     | #byDay.containsKey('FRIDAI')
			has no constant 'FRIDAI'                     | #maybeDay == 'FRIDAI'
			has no constant 'FRIDAI'                     | #order.day == 'FRIDAI'
			java.lang.String has no elements             | #text.contains('x')
			java.lang.String has no elements             | #text.isEmpty()
			has no elements                              | #order.size() > 1
			an Optional may be empty itself              | #maybeOrders.isEmpty()
			has no keys                                  | #days.containsKey('MONDAY')
			has no elements                              | #byDay.contains('MONDAY')
			has no elements                              | #bytes.size() > 5
			has no field 'length'                        | #array.length > 5
			has no field 'amuont'                        | #order.amuont > 5
			has no keys                                  | #order['amount'] > 5
			has no elements                              | #order[0] > 5
			has no field 'amuont'                        | #maybe.amuont > 5
			has no field 'amuont'                        | #orders[0].amuont > 5
			has no field 'amuont'                        | #array[0].amuont > 5
			has no field 'amuont'                        | #byName['x'].amuont > 5
			has no field 'x'; write ['x']                | #byName.x.amount > 5
			has no field 'amount'; write ['amount']      | #json.amount > 5
			has no field 'scale'                         | #decimal.scale > 5
			has no field 'year'                          | #date.year > 5
			has no field 'amuont'                        | #basket.amuont > 5
			has no field 'amuont'                        | #open.amuont > 5
			values of java.time.LocalDate cannot be compared; let a bean decide | #date == '2026-01-01'
			values of java.time.LocalDate cannot be compared; let a bean decide | {'2026-01-01'}.contains(#date)
			values of java.time.LocalDate cannot be compared; let a bean decide | #date > 5
			Order> cannot be compared; let a bean decide | #maybe == #order
			a text and a number cannot be compared       | #text == 5
			only numbers have an order, and not a text   | #text > 5
			only numbers have an order, and not a text   | #text > #text
			a text and a number cannot be compared       | #day != 5
			a text and a number cannot be compared       | {'5'}.contains(#number)
			a number and a text cannot be compared       | #maybeCount == '5'
			a number and a text cannot be compared       | #orders.size() == '5'
			a number and a text cannot be compared       | #number + 1 == '5'
			a boolean and a text cannot be compared      | #flag == 'true'
			only numbers have an order, and not a boolean | #flag > 5
			only numbers have an order, and not a text   | #date > '2026-01-01'
			an Optional may be empty itself              | #maybeDay.isEmpty()
			'#order.amount' cannot be passed             | @limits.above(#order.amount)
			'#pin' is not shown to the approver          | #pin == 5
			'#pin' is not shown to the approver          | #pin == null
			'#session' is not shown to the approver      | #session == null
			'#order.secret' is not shown                 | #order.secret == null
			'#orders[0].secret' is not shown             | #orders[0].secret == 'x'
			'#maybe.secret' is not shown                 | #flag and #maybe.secret == 'x'
			'#masks.hidden.amount' is not shown          | #masks.hidden.amount > 5
			'#masks.ignored' is not shown                | 5 < #masks.ignored
			'#masks.omitted' is not shown                | #masks.omitted == null
			""")
	void parseWhenDeclaredTypeLacksFieldOrConstantThrows(String message, String condition) {
		assertThatIllegalArgumentException().isThrownBy(() -> parseTyped(condition)).withMessageContaining(message);
	}

	@ParameterizedTest
	@ValueSource(strings = { "#day == 'FRIDAY'", "{'FRIDAY', 'MONDAY'}.contains(#day)", "#days.contains('FRIDAY')",
			"#byDay['FRIDAY'] > 5", "#byDay.containsKey('FRIDAY')", "#maybeDay == 'FRIDAY'", "#order.day == 'FRIDAY'",
			"#text == '5'", "#sequence == '5'", "#any != 'FRIDAY'", "#any > 5", "#any", "#number == 5.0", "#flag",
			"#flag == true", "#any.thing[0]['else'].thing == null", "#face.thing > 5", "#base.thing > 5",
			"#json['lines'][0]['price'] > 5", "#json.containsKey('x')", "#json > 5", "#json == 'x'", "#json",
			"#maybe.amount > 5", "#maybe == null", "#maybeOrders.size() > 5", "#orders[0].amount > 5",
			"#orders.size() > 5", "#array.size() > 5", "#array[0].amount > 5", "#byName['x'].amount > 5",
			"#raw['x'].thing > 5", "#basket.owner == 'x'", "#basket[0] > 5", "#basket.size() > 5",
			"#open.inherited > 5", "#day == #order.day", "#a0 == 'FRIDAY'", "#p1 > 5" })
	void parseWhenDeclaredTypeMayHaveFieldOrConstantSucceeds(String condition) {
		assertThat(parseTyped(condition)).hasToString(condition);
	}

	@Test
	void comparesConstantsByTheNamesOfTheDeclaredEnum() {
		assertThat(asksTyped("#day == 'FRIDAY'", "day", DayOfWeek.FRIDAY)).isTrue();
		assertThat(asksTyped("#day == 'FRIDAY'", "day", DayOfWeek.MONDAY)).isFalse();
		assertThat(asksTyped("!{'FRIDAY', 'MONDAY'}.contains(#day)", "day", DayOfWeek.MONDAY)).isFalse();
		assertThat(asksTyped("#days.contains('FRIDAY')", "days", List.of(DayOfWeek.MONDAY))).isFalse();
		assertThat(asksTyped("#byDay['FRIDAY'] > 5", "byDay", Map.of(DayOfWeek.FRIDAY, 5))).isFalse();
		assertThat(asksTyped("#byDay['FRIDAY'] > 5", "byDay", new EnumMap<>(Map.of(DayOfWeek.FRIDAY, 5)))).isFalse();
		assertThat(asksTyped("#maybeDay == 'FRIDAY'", "maybeDay", Optional.of(DayOfWeek.MONDAY))).isFalse();
		assertThat(asksTyped("#order.day == 'FRIDAY'", "order", new Order(5, DayOfWeek.MONDAY, "x"))).isFalse();
		assertThat(this.log.list).isEmpty();
	}

	@Test
	void comparesTheContentOfAnOptionalNumber() {
		assertThat(asksTyped("#maybeCount > 5", "maybeCount", Optional.of(6))).isTrue();
		assertThat(asksTyped("#maybeCount > 5", "maybeCount", Optional.of(5))).isFalse();
		assertThat(asksTyped("#maybeCount != null and #maybeCount > 5", "maybeCount", Optional.empty())).isFalse();
		assertThat(this.log.list).isEmpty();
		assertThat(asksTyped("#maybeCount > 5", "maybeCount", Optional.empty())).isTrue();
	}

	@Test
	void parseResolvesTypeParameters() {
		Method method = ReflectionUtils.findMethod(Orders.class, "call", (Class<?>[]) null);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> ConditionParser.parse("#value.amuont > 5", Orders.class, method))
			.withMessageContaining("has no field 'amuont'");
		assertThat(ConditionParser.parse("#value.amount > 5", Orders.class, method)).isNotNull();
		assertThat(ConditionParser.parse("#value.amuont > 5", Values.class, method)).isNotNull();
	}

	@Test
	void parameterNameTakesPrecedenceOverIndex() {
		assertThat(asks("#p0 == 1", 1, 2, 3)).isFalse();
		assertThat(asks("#p0 == 3", 1, 2, 3)).isTrue();
		assertThat(asks("#a0 == 1", 1, 2, 3)).isTrue();
		assertThat(asks("#p1 == 2", 1, 2, 3)).isTrue();
	}

	@Test
	void resultWhenUnclearIsLoggedAsWarningOnceWithoutValues() {
		ApprovalCondition condition = parse("#a > 100");
		for (int i = 0; i < 3; i++) {
			assertThat(needsApproval(condition, method(), "s3cr3t", null, null)).isTrue();
		}
		assertThat(this.log.list).extracting(ILoggingEvent::getLevel)
			.containsExactly(Level.WARN, Level.DEBUG, Level.DEBUG);
		assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage)
			.allSatisfy((message) -> assertThat(message)
				.isEqualTo("The condition '#a > 100' of Service.call has no clear result, so that it counts as true: a "
						+ "java.lang.String is not a number"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			#a == 5               | a java.lang.String and a number cannot be compared
			#a == true            | a java.lang.String and a boolean cannot be compared
			{1}.contains(#b)      | a number and null cannot be compared
			#a.x.y == null        | '#a.x.y' is missing
			#a['s3cr3t'] == null  | '#a['s3cr3t']' is missing
			#a                    | a java.lang.String is neither true nor false
			@none.any(#a)         | there is no bean 'none'; in a test of a slice, add the bean, or a mock of it
			#a.size() > 5         | a java.lang.String has no size
			@limits.fail(#a)      | RejectedExecutionException
			@limits.error(#a)     | StackOverflowError
			@limits.integer(#a)   | 'integer' whose parameters have exactly the types of the arguments, java.lang.Object
			""")
	void resultWhenUnclearIsLoggedWithReasonWithoutValues(String condition, String reason) {
		assertThat(asks(condition, "v4lue", null)).isTrue();
		assertThat(this.log.list).singleElement()
			.satisfies((event) -> assertThat(event.getFormattedMessage()).doesNotContain("v4lue").endsWith(reason));
	}

	@Test
	void readsOnlyTheArgumentsThatItNames() {
		List<Integer> read = new ArrayList<>();
		ApprovalCondition condition = parse("#b > 100 or @limits.any(#p0)");
		assertThat(condition.needsApproval(new Object[] { new Thread(), 5, 6 }, (index) -> {
			read.add(index);
			return new SnapshotNode.Leaf(SnapshotNode.Leaf.Kind.NUMBER, "5", "java.lang.Integer", false);
		}, this.beanFactory)).isFalse();
		assertThat(read).containsExactly(1, 2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "#any.secret == null", "#any.secret == 'x'", "#any.secret" })
	void conditionWhenFieldIsHiddenRequiresApproval(String condition) {
		assertThat(asksTyped(condition, "any", new Order(5, DayOfWeek.MONDAY, "x"))).isTrue();
		assertThat(this.log.list).hasSize(1);
	}

	@Test
	void beanGetsHiddenArguments() {
		assertThat(asksTyped("@limits.any(#session)", "session", 6)).isFalse();
		assertThat(asksTyped("@limits.any(#pin)", "pin", 6)).isTrue();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			there is no bean 'none'             | @none.any(#a)
			there is no bean 'none'             | #b > 5 and !(#b == 6 or @none.any(#a))
			has no public method 'anny'         | @limits.anny(#a)
			has no public method 'any'          | @limits.any(#a, #b)
			has no public method 'hidden'       | @limits.hidden(#a)
			has no public method 'integer'      | @limits.integer(#a)
			method 'text' returns neither true    | @limits.text(#a)
			method 'nothing' returns neither true | @limits.nothing(#a)
			""")
	void refusesBeansThatCannotDecide(String reason, String condition) {
		assertThatIllegalArgumentException().isThrownBy(() -> parse(condition).verifyBeans(this.beanFactory))
			.withMessageContaining(reason);
	}

	@ParameterizedTest
	@ValueSource(strings = { "@limits.any(#a)", "@limits.both(#a, #b)", "@limits.never()", "@limits.maybe(#a)",
			"#a > 5", "@face.any(#a)" })
	void acceptsBeansThatMayDecide(String condition) {
		this.beanFactory.registerBeanDefinition("face", new RootBeanDefinition(Face.class));
		assertThatNoException().isThrownBy(() -> parse(condition).verifyBeans(this.beanFactory));
	}

	@Test
	void beanReceivesSameArgumentInstance() {
		Box box = new Box(5);
		Limits limits = this.beanFactory.getBean("limits", Limits.class);
		assertThat(asks("@limits.any(#a)", box, null)).isFalse();
		assertThat(limits.seen).isSameAs(box);
	}

	@Test
	void beanGetsValuesOfTheDeclaredTypes() {
		assertThat(asksTyped("@limits.above(#number)", "number", 100)).isFalse();
		assertThat(asksTyped("@limits.above(#number)", "number", 101)).isTrue();
		assertThat(this.log.list).isEmpty();
		assertThat(asksTyped("@limits.above(#flag)", "flag", false)).isTrue();
		assertThat(this.log.list).hasSize(1);
	}

	private boolean asks(String condition, @Nullable Object... arguments) {
		return needsApproval(parse(condition), method(), Arrays.copyOf(arguments, 3));
	}

	private boolean asksTyped(String condition, String parameter, Object argument) {
		Method method = typed();
		@Nullable Object[] arguments = new Object[method.getParameterCount()];
		for (int i = 0; i < arguments.length; i++) {
			arguments[i] = method.getParameters()[i].getName().equals(parameter) ? argument : null;
		}
		return needsApproval(parseTyped(condition), method, arguments);
	}

	private boolean needsApproval(ApprovalCondition condition, Method method, @Nullable Object... arguments) {
		ArgumentSnapshot snapshot = WRITER.snapshot(new MethodArguments(method.getDeclaringClass(), method, arguments),
				new Masking());
		return condition.needsApproval(arguments, snapshot::get, this.beanFactory);
	}

	private static ApprovalCondition parse(String condition) {
		return ConditionParser.parse(condition, Service.class, method());
	}

	private static ApprovalCondition parseTyped(String condition) {
		return ConditionParser.parse(condition, Typed.class, typed());
	}

	private static Method method() {
		return ReflectionUtils.findMethod(Service.class, "call", (Class<?>[]) null);
	}

	private static Method typed() {
		return ReflectionUtils.findMethod(Typed.class, "call", (Class<?>[]) null);
	}

	abstract static class Service {

		abstract void call(Object a, Object b, Object p0);

	}

	static class Typed {

		void call(DayOfWeek day, int number, Boolean flag, BigDecimal decimal, String text, CharSequence sequence,
				Object any, LocalDate date, List<DayOfWeek> days, Map<DayOfWeek, Integer> byDay,
				Map<Integer, Integer> byNumber, Optional<DayOfWeek> maybeDay, Optional<Order> maybe, Order order,
				List<Order> orders, Order[] array, Map<String, Order> byName, JsonNode json, Face face, Base base,
				Basket basket, Open open, byte[] bytes, @SuppressWarnings("rawtypes") Map raw,
				@AirlockSensitive Integer pin, @AirlockOmitted Object session, Optional<Integer> maybeCount,
				Optional<List<Order>> maybeOrders, Masks masks) {
		}

	}

	static class Values<T> {

		void call(T value) {
		}

	}

	static class Orders extends Values<Order> {

	}

	record Box(@Nullable Object amount) {
	}

	record Order(int amount, DayOfWeek day, @AirlockSensitive String secret) {
	}

	record Nested(Optional<Optional<Integer>> maybe) {

	}

	record Lines(Optional<List<String>> lines) {
	}

	record Named(@JsonProperty("renamed") int amount) {
	}

	interface Face {

	}

	interface Movable {

		void move(String from, String to, int a1);

	}

	abstract static class Swapped implements Movable {

		@Override
		public abstract void move(String to, String from, int days);

	}

	abstract static class Base {

		private int inherited = 5;

		public int getInherited() {
			return this.inherited;
		}

	}

	static class Open extends Base {

	}

	static class Masks {

		@AirlockSensitive
		public final Box hidden = new Box(5);

		@JsonIgnore
		public final int ignored = 5;

		@AirlockOmitted
		public final Thread omitted = new Thread();

	}

	static class Basket extends AbstractList<Integer> {

		private final String owner;

		private final List<Integer> elements;

		Basket(String owner, int element) {
			this.owner = owner;
			this.elements = List.of(element);
		}

		public String getOwner() {
			return this.owner;
		}

		@Override
		public Integer get(int index) {
			return this.elements.get(index);
		}

		@Override
		public int size() {
			return this.elements.size();
		}

	}

	enum Color {

		MONDAY

	}

	@SuppressWarnings("serial")
	static class LyingDecimal extends BigDecimal {

		LyingDecimal() {
			super("5000");
		}

		@Override
		public int compareTo(BigDecimal other) {
			return -1;
		}

	}

	static class Limits {

		private @Nullable Object seen;

		public boolean above(int amount) {
			return amount > 100;
		}

		public boolean any(Object amount) {
			this.seen = amount;
			return false;
		}

		public boolean both(Object one, Object other) {
			return one.equals(other);
		}

		public boolean never() {
			return false;
		}

		public boolean integer(Integer amount) {
			return false;
		}

		boolean hidden(Object amount) {
			return false;
		}

		public @Nullable Boolean maybe(Object amount) {
			return null;
		}

		public String text(Object amount) {
			return "false";
		}

		public void nothing(Object amount) {
		}

		public boolean fail(Object amount) {
			throw new RejectedExecutionException("v4lue");
		}

		public boolean error(Object amount) {
			throw new StackOverflowError("v4lue");
		}

	}

}
