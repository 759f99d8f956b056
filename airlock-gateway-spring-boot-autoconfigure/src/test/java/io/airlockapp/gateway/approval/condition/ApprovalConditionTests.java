package io.airlockapp.gateway.approval.condition;

import java.io.ByteArrayInputStream;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.annotation.JsonIgnore;
import io.airlockapp.gateway.CapturedLog;
import io.airlockapp.gateway.approval.AirlockOmitted;
import io.airlockapp.gateway.approval.AirlockSensitive;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.expression.ParseException;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for {@link ApprovalCondition}, its parser and its evaluator.
 */
class ApprovalConditionTests {

	@RegisterExtension
	final CapturedLog log = new CapturedLog(ApprovalCondition.class);

	private final DefaultListableBeanFactory beanFactory = new DefaultListableBeanFactory();

	private JsonMapper mapper = new JsonMapper();

	@ParameterizedTest(name = "{0} with {1} and {2}")
	@MethodSource("unclear")
	void asksWhatHasNoClearResult(String condition, @Nullable Object a, @Nullable Object b) {
		assertThat(asks(condition, a, b)).isTrue();
		assertThat(this.log.list).singleElement()
			.satisfies((event) -> assertThat(event.getLevel()).isEqualTo(Level.WARN));
	}

	static List<Arguments> unclear() {
		List<Arguments> cases = new ArrayList<>();
		List<String> operators = List.of(">", ">=", "<", "<=", "==", "!=", "+ 1 >", "- 1 <", "* 1 >", "/ 1 >", "% 7 >",
				"^ 1 >", "between {0, 100}");
		for (String operator : operators) {
			String number = operator.startsWith("between") ? "" : " 100";
			for (Object unclear : Arrays.asList(null, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY,
					-0.0, Float.NaN, Float.NEGATIVE_INFINITY, -0.0f, "5", 'a', true, DayOfWeek.MONDAY,
					new AtomicInteger(5), new LyingDecimal(), List.of(5), Optional.of(5), new BigDecimal("1E+1000000"),
					BigInteger.ONE.shiftLeft(100_000))) {
				cases.add(arguments("#a " + operator + number, unclear, true));
			}
		}
		for (String operator : List.of(">", ">=", "<", "<=", "==", "!=")) {
			cases.add(arguments("#a " + operator + " #b", Double.NaN, Double.NaN));
			cases.add(arguments("#a " + operator + " #b", null, null));
			cases.add(arguments("#a " + operator + " #b", 5, null));
			cases.add(arguments("#a " + operator + " #b", null, 5));
			cases.add(arguments("#a " + operator + " #b", 5, "5"));
			cases.add(arguments("#a " + operator + " #b", DayOfWeek.MONDAY, Color.RED));
			cases.add(arguments("#a " + operator + " #b", LocalDate.EPOCH, LocalDate.EPOCH.atStartOfDay()));
			cases.add(arguments("#a " + operator + " #b", LocalDate.EPOCH.atStartOfDay(ZoneOffset.UTC),
					ZonedDateTime.parse("1970-01-01T01:00:00+01:00")));
			cases.add(arguments("#a " + operator + " #b", List.of(1), List.of(1)));
			cases.add(arguments("#a " + operator + " #b", new Box(1), new Box(1)));
		}
		cases.addAll(List.of(arguments("#a > #b", "1000", "200"), arguments("#a > #b", 'a', 'b'),
				arguments("#a == 'OPEN'", Color.RED, null), arguments("#a != 'MONDAY'", DayOfWeek.MONDAY, null),
				arguments("#a == 'x'", 'x', null), arguments("#a == 'x'", new StringBuilder("x"), null),
				arguments("#a != 0.1", 0.1, null), arguments("#a > 0.1", 0.1, null),
				arguments("#a < 99.99", 99.99, null), arguments("#a == #b", 0.1f, 0.1),
				arguments("#a < #b", new BigDecimal("0.1"), 0.1), arguments("#a + #b > 0.3", 0.1, 0.2),
				arguments("#a / #b > 1", 5, 0), arguments("#a / #b > 1", 5.0, 0.0), arguments("#a / #b > 1", 5, 2),
				arguments("#a / #b > 1", new BigDecimal("1.00"), 3), arguments("#a % #b > 1", 5, 0),
				arguments("#a % #b > 1", 5.5, 2), arguments("#a ^ #b > 1", 5, -1), arguments("#a ^ #b > 1", 5, 65),
				arguments("#a ^ #b > 1", 5, 0.5), arguments("#a + #b == 'ab'", "a", "b"),
				arguments("#a + #b > 1", 'a', 1), arguments("-#a > 1", "1", null), arguments("+#a > 1", null, null),
				arguments("!#a", null, null), arguments("!#a", "true", null), arguments("#a", null, null),
				arguments("#a", "false", null), arguments("#a", 0, null), arguments("#a and #b", null, false),
				arguments("#a or #b", false, null), arguments("#a between {1, #b}", 5, null),
				arguments("#a between {#b, 3}", 5, Double.NaN)));
		cases.addAll(List.of(arguments("#a['amount'] > 100", Map.of("Amount", 5000), null),
				arguments("#a['amount'] != null", Map.of("Amount", 5000), null),
				arguments("#a['amount'] > 100", Collections.singletonMap("amount", null), null),
				arguments("#a['amount'] > 100", Map.of(), null), arguments("#a[#b] > 100", Map.of(1L, 50), 1),
				arguments("#a[#b] > 100", Map.of(1L, 50), null), arguments("#a[1] > 100", List.of(1), null),
				arguments("#a[-1] > 100", List.of(1), null), arguments("#a['0'] > 100", List.of(1), null),
				arguments("#a[0.5] > 100", List.of(1), null), arguments("#a[2] > 100", new int[] { 1, 2 }, null),
				arguments("#a[0] == 'x'", "abc", null), arguments("#a[0] > 100", Set.of(1), null),
				arguments("#a.get('amount') != null", Map.of("Amount", 5000), null),
				arguments("#a.getOrDefault('amount', 0) > 100", Map.of("Amount", 5000), null),
				arguments("#a.containsValue(5)", Map.of("Amount", 5L), null),
				arguments("#a.containsKey(1)", Map.of("1", 5000), null),
				arguments("#a.contains(5)", List.of("5"), null), arguments("#a.contains(#b)", List.of(), null),
				arguments("#a.contains(#b)", List.of(1), null), arguments("#a.contains(#b)", List.of(), Double.NaN),
				arguments("#a.contains(#b)", Arrays.asList(1, null), 2),
				arguments("{'A', 'B'}.contains(#a)", null, null), arguments("{1, 2}.contains(#a)", "3", null),
				arguments("{1, 2}.contains(#a)", Double.NaN, null), arguments("#a.indexOf(5) == 0", List.of(1), null)));
		cases
			.addAll(List.of(arguments("#a.amount > 100", null, null), arguments("#a.amount > 100", new Box(null), null),
					arguments("#a.amount.amount > 100", new Box(null), null),
					arguments("#a.amount() > 100", null, null), arguments("#a.none > 100", new Box(5), null),
					arguments("#a.none() > 100", new Box(5), null), arguments("#a.fail() > 100", new Box(5), null),
					arguments("#a.amount.isNaN()", new Box(Double.NaN), null),
					arguments("@limits.above(#a)", Double.NaN, null), arguments("@limits.above(#a)", null, null),
					arguments("@limits.above(#a)", 4294967296L, null), arguments("@limits.above(#a)", 100.99, null),
					arguments("@limits.above(#a)", "5", null), arguments("@limits.above(#a * #a)", 65536, null),
					arguments("@limits.maybe(#a)", 5, null), arguments("@limits.text(#a)", 5, null),
					arguments("@limits.nothing(#a)", 5, null), arguments("@limits.fail(#a)", 5, null),
					arguments("@none.above(#a)", 5, null), arguments("@limits.none(#a)", 5, null),
					arguments("@limits.any(#a)", Float.NaN, null)));
		return cases;
	}

	@ParameterizedTest(name = "{0} with {1} and {2}")
	@MethodSource("exceeding")
	void asksWhatIsTrueOfTheExactNumbers(String condition, Object a, @Nullable Object b) {
		assertThat(asks(condition, a, b)).isTrue();
		assertThat(this.log.list).isEmpty();
	}

	static List<Arguments> exceeding() {
		return List.of(arguments("#a * #b > 1000", 65536, 65536), arguments("#a * #b > 1000", 1L << 32, 1L << 32),
				arguments("#a + #b > 1000", Integer.MAX_VALUE, 1), arguments("#a + 1 > 1000", Long.MAX_VALUE, null),
				arguments("#a - #b > 1000", Integer.MAX_VALUE, Integer.MIN_VALUE),
				arguments("-#a > 1000", Integer.MIN_VALUE, null), arguments("-#a > 1000", Long.MIN_VALUE, null),
				arguments("#a / -1 > 1000", Integer.MIN_VALUE, null), arguments("#a ^ 2 > 1000", 65536, null),
				arguments("#a ^ 64 > 1000", 2, null), arguments("#a % 1000 > 5", Long.MAX_VALUE, null),
				arguments("#a * 10.0 > 100", new BigDecimal("10.0000000000000000000001"), null),
				arguments("#a > #b", 9007199254740993L, 9007199254740992.0),
				arguments("#a > 100", new BigDecimal("100.00000000000000000001"), null),
				arguments("#a > #b", new BigDecimal("100.00000000000000000001"), 100.0),
				arguments("#a > 2147483647", 2147483648.0, null), arguments("#a > 99.99", 99.99000000000001, null),
				arguments("#a >= 0.1", new BigDecimal("0.1"), null), arguments("#a > 100", 1e300, null),
				arguments("#a < 0", Double.MIN_VALUE * -1, null), arguments("@limits.above(#a * 10)", 11, null));
	}

	@ParameterizedTest(name = "{0} with {1} and {2}")
	@MethodSource("clear")
	void asksNobodyIfTheConditionIsClearlyFalse(String condition, @Nullable Object a, @Nullable Object b) {
		assertThat(asks(condition, a, b)).isFalse();
		assertThat(this.log.list).isEmpty();
		assertThat(asks("not (" + condition + ")", a, b)).isTrue();
		assertThat(asks("(" + condition + ") or #a0 == null and #a0 != null", a, b)).isFalse();
		assertThat(this.log.list).isEmpty();
	}

	static List<Arguments> clear() {
		List<Arguments> cases = new ArrayList<>();
		for (Object five : List.of((byte) 5, (short) 5, 5, 5L, 5.0f, 5.0, BigInteger.valueOf(5),
				new BigDecimal("5.00"))) {
			for (Object ten : List.of((byte) 10, 10L, 10.0, BigInteger.TEN, new BigDecimal("1E+1"))) {
				for (String operator : List.of(">", ">=", "==", "+ 5 >", "* 2 >", "- 1 >", "/ 5 >", "% 3 >",
						"^ 1 >=")) {
					cases.add(arguments("#a " + operator + " #b", five, ten));
				}
				cases.add(arguments("#b between {1, #a}", five, ten));
			}
			cases.add(arguments("#a != 5", five, null));
			cases.add(arguments("#a < 5.0", five, null));
			cases.add(arguments("#a > 5", five, null));
		}
		cases.addAll(List.of(arguments("#a == null", 5, null), arguments("null == #a", 5, null),
				arguments("#a != null", null, null), arguments("#a != null and #a > 100", null, null),
				arguments("#a != null and #a > 100", 50, null), arguments("#a > 99.99", 99.99, null),
				arguments("#a > 99.99", new BigDecimal("99.99"), null), arguments("#a > 1.5f", 1.5, null),
				arguments("#a == 'x'", "y", null), arguments("#a != 'x'", "x", null),
				arguments("#a == #b", DayOfWeek.MONDAY, DayOfWeek.FRIDAY),
				arguments("#a == T(java.time.DayOfWeek).FRIDAY", DayOfWeek.MONDAY, null),
				arguments("#a >= T(java.time.DayOfWeek).FRIDAY", DayOfWeek.MONDAY, null),
				arguments("#a > T(java.math.BigDecimal).TEN", 5, null),
				arguments("#a.name() == T(java.time.DayOfWeek).FRIDAY.name()", DayOfWeek.MONDAY, null),
				arguments("#a.name() == 'FRIDAY'", DayOfWeek.MONDAY, null), arguments("#a", false, null),
				arguments("#a == true", false, null), arguments("!#a", true, null), arguments("#a and #b", false, null),
				arguments("#a > #b", LocalDate.EPOCH, LocalDate.EPOCH.plusDays(1)),
				arguments("#a == #b", UUID.fromString("0-0-0-0-1"), UUID.fromString("0-0-0-0-2")),
				arguments("#a['amount'] > 100", Map.of("amount", 50), null),
				arguments("#a['amount'] != null", Collections.singletonMap("amount", null), null),
				arguments("#a.containsKey('amount') and #a['amount'] > 100", Map.of("note", 5000), null),
				arguments("#a['lines'][1]['price'] > 100", Map.of("lines", List.of(Map.of(), Map.of("price", 50))),
						null),
				arguments("#a[1] > 100", new int[] { 1, 2 }, null),
				arguments("#a.length > 2", new int[] { 1, 2 }, null), arguments("#a.size() > 2", List.of(1, 2), null),
				arguments("!#a.isEmpty()", List.of(), null), arguments("#a.contains(5)", List.of(4L, 6L), null),
				arguments("!#a.contains(5)", List.of(4L, 5L), null), arguments("!{'A', 'B'}.contains(#a)", "B", null),
				arguments("{1, 2}.contains(#a)", 3L, null), arguments("#a.amount > 100", new Box(50), null),
				arguments("#a.amount() > 100", new Box(50), null),
				arguments("#a.amount['x'].amount > 100", new Box(Map.of("x", new Box(5))), null),
				arguments("#a.contains('x')", "abc", null), arguments("#a.length() > 3", "abc", null),
				arguments("@limits.above(#a)", 5, null), arguments("@limits.above(#a)", 5L, null),
				arguments("@limits.above(#a)", new BigDecimal("5.0"), null),
				arguments("@limits.above(#a * 2)", 5, null), arguments("#a > @limits.max", 5, null),
				arguments("@limits.over(#a, 0.1)", 5, null)));
		return cases;
	}

	@ParameterizedTest
	@ValueSource(strings = { "#a = 5", "#a.amount = 5", "#a++ > 5", "--#a > 5", "#a ? true : false", "#a ?: true",
			"(#a ?: 0) > 100", "#a?.amount > 100", "#a?.amount() > 100", "#a?.[0] > 100", "#a matches '[0-9]+'",
			"#a instanceof T(String)", "#a.?[#this > 100].isEmpty()", "#a.![amount].contains(5)", "#a.^[#this > 1] > 1",
			"#a.$[#this > 1] > 1", "new java.math.BigDecimal('5') > #a", "#f(#a) > 100", "#none > 100", "#root == #a",
			"#this == #a", "#arg0 > 100", "#a3 > 100", "#p3 > 100", "a > 100", "a.amount > 100", "above(#a)",
			"T(Math).abs(#a) > 100", "T(java.util.Locale) == #a", "T(none.None).NONE == #a",
			"T(java.math.BigDecimal).NONE == #a", "T(java.lang.System).out == #a", "{#a}.size() > 1",
			"{'x': #a} == null", "#a == {1}", "#a between #b", "#a between {1}", "#a between {1, 2, 3}", "#a.equals(5)",
			"#a.compareTo(#b) > 0", "#a.matches('x')", "#a.intValue() > 100", "#a.longValue() > 100",
			"#a.doubleValue() > 100", "#a.asInt() > 100", "#a.asLong() > 100", "#a.amount.intValue() > 100",
			"@limits.above(#a.intValue())", "@limits.above(#a ?: 5)", "#a['x'.length()++] > 1", "#a > '100'",
			"#a + 'x' > 5", "#a + 'x' == #b", "#a[amount] > 5", "true", "false", "1 > 2", "null", "'x'", "5",
			"#a > 100 and false", "#a > 100 or true", "!true", "#a + 5", "not (#a * 2)", "-#a",
			"T(java.time.DayOfWeek).FRIDAY == T(java.time.DayOfWeek).MONDAY" })
	void refusesWhatCannotDecide(String condition) {
		assertThatIllegalArgumentException().isThrownBy(() -> parse(condition))
			.withMessageMatching("(?s)'.*' can't decide whether approval is required: .*");
	}

	@ParameterizedTest
	@ValueSource(strings = { "#a >", "#a > 2147483648", "(#a", "#a === 5" })
	void refusesWhatCannotBeParsed(String condition) {
		assertThatException().isThrownBy(() -> parse(condition)).isInstanceOf(ParseException.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "#a == '${prod.environment}'", "#a > ${limit}", "#a > ${limit:100}", "#{#a > 100}",
			"#a == '#{systemProperties.environment}'", "@limits.is(#a, '${prod.environment}')" })
	void refusesWhatIsNotReplaced(String condition) {
		assertThatIllegalArgumentException().isThrownBy(() -> parse(condition))
			.withMessageContainingAll(condition, "'${...}' and '#{...}' are not replaced in a condition",
					"let a bean decide");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "#day == 'FRIDAY'", "'FRIDAY' != #day", "#number == '5'", "#flag == 'true'", "#p3 != '5'" })
	void refusesTextThatAParameterNeverEquals(String condition) {
		Method method = ReflectionUtils.findMethod(Typed.class, "call", (Class<?>[]) null);
		assertThatIllegalArgumentException().isThrownBy(() -> ApprovalConditionParser.parse(condition, method))
			.withMessageContaining("equals no text");
	}

	@ParameterizedTest
	@ValueSource(strings = { "#text == '5'", "#sequence == '5'", "#any != 'FRIDAY'", "#day.name() == 'FRIDAY'" })
	void comparesTextWithWhatMayBeText(String condition) {
		Method method = ReflectionUtils.findMethod(Typed.class, "call", (Class<?>[]) null);
		assertThat(ApprovalConditionParser.parse(condition, method)).hasToString(condition);
	}

	@Test
	void namesNestedTypesAsInJava() {
		for (String name : List.of("java.lang.Thread.State", "java.lang.Thread$State", "Thread$State")) {
			assertThat(asks("#a == T(" + name + ").NEW", Thread.State.NEW)).isTrue();
			assertThat(asks("#a == T(" + name + ").NEW", Thread.State.RUNNABLE)).isFalse();
		}
	}

	@Test
	void saysThatATypeIsNotThere() {
		assertThatIllegalArgumentException().isThrownBy(() -> parse("#a == T(DayOfWeek).FRIDAY"))
			.withMessageContainingAll("'T(DayOfWeek).FRIDAY'", "there is no type 'DayOfWeek'", "its package");
	}

	@ParameterizedTest
	@ValueSource(strings = { "#a =", "#a ==", "#a and" })
	void refusesWhatEndsTooEarly(String condition) {
		assertThatException().isThrownBy(() -> parse(condition))
			.isInstanceOfAny(ParseException.class, IllegalArgumentException.class)
			.withMessageContaining(condition);
	}

	@Test
	void namesGoBeforeIndexes() {
		assertThat(asks("#p0 == 1", 1, 2, 3)).isFalse();
		assertThat(asks("#p0 == 3", 1, 2, 3)).isTrue();
		assertThat(asks("#a0 == 1", 1, 2, 3)).isTrue();
		assertThat(asks("#p1 == 2", 1, 2, 3)).isTrue();
	}

	@Test
	void warnsOnceWithoutValues() {
		ApprovalCondition condition = parse("#a > 100");
		for (int i = 0; i < 3; i++) {
			assertThat(evaluator().needsApproval(condition, call("s3cr3t"))).isTrue();
		}
		assertThat(this.log.list).extracting(ILoggingEvent::getLevel)
			.containsExactly(Level.WARN, Level.DEBUG, Level.DEBUG);
		assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage)
			.allSatisfy((message) -> assertThat(message)
				.isEqualTo("The condition '#a > 100' of Service.call has no clear result, so approval is requested: a "
						+ "java.lang.String is no number"));
	}

	@Test
	void failuresOfTheApplicationAreLoggedByTheirTypeOnly() {
		assertThat(asks("@limits.fail(#a)", 5, null)).isTrue();
		assertThat(this.log.list).singleElement()
			.satisfies((event) -> assertThat(event.getFormattedMessage()).doesNotContain("s3cr3t")
				.contains("RejectedExecutionException"));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2, 3, 4 })
	void asksIfAGetterAlternates(int period) {
		for (int high = 0; high < period; high++) {
			int number = high;
			AtomicInteger reads = new AtomicInteger();
			Estimate estimate = new Estimate(() -> (reads.getAndIncrement() % (period + 1) == number) ? 5000 : 1);
			assertThat(asks("#a.amount > 100", estimate, null)).as("%d of %d", number, period + 1).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "#a.amount > 100 or #a.amount < 0", "#a.amount > 100", "not (#a.amount <= 100)" })
	void asksIfAGetterAlternatesHoweverOftenItIsRead(String condition) {
		for (int readsPerSnapshot = 1; readsPerSnapshot <= 3; readsPerSnapshot++) {
			for (int first = 0; first < 2; first++) {
				AtomicInteger reads = new AtomicInteger(first);
				Estimate estimate = new Estimate(() -> (reads.getAndIncrement() % 2 == 0) ? 1 : 5000);
				estimate.readsPerSnapshot = readsPerSnapshot;
				assertThat(asks(condition, estimate, null)).isTrue();
			}
		}
	}

	@Test
	void asksIfACollectionAlternates() {
		AtomicInteger reads = new AtomicInteger();
		List<Integer> list = new AbstractList<>() {

			@Override
			public Integer get(int index) {
				return (reads.getAndIncrement() % 2 == 0) ? 1 : 5000;
			}

			@Override
			public int size() {
				return 1;
			}

		};
		assertThat(asks("#a[0] > 100", list, null)).isTrue();
		assertThat(asks("#a.contains(5000)", list, null)).isTrue();
	}

	@Test
	void asksIfAnArgumentIsChangedAfterItWasEvaluated() {
		for (int snapshot = 1; snapshot <= 2; snapshot++) {
			int last = snapshot;
			Order order = new Order();
			order.onWrite = () -> {
				if (++order.writes == last) {
					order.amount = 5000;
				}
			};
			assertThat(asks("#a.amount > 100", order, null)).as("snapshot %d", snapshot).isTrue();
			assertThat(order.amount).isEqualTo(5000);
		}
	}

	@Test
	void asksIfWhatIsReadCannotBeWritten() {
		assertThat(asks("#a.available() > 5", new ByteArrayInputStream(new byte[1]), null)).isTrue();
		assertThat(this.log.list).singleElement()
			.satisfies((event) -> assertThat(event.getFormattedMessage()).contains("Argument 'a'"));
	}

	@Test
	void whatIsNotReadIsNotWritten() {
		assertThat(asks("#b > 100", new ByteArrayInputStream(new byte[1]), 5)).isFalse();
	}

	@Test
	void simpleArgumentsAreNotWritten() {
		ConditionEvaluator evaluator = new ConditionEvaluator(this.beanFactory, () -> {
			throw new IllegalStateException("written");
		});
		for (Object simple : Arrays.asList(5, 5L, 5.0, new BigDecimal("5"), BigInteger.TWO, null, (short) 5)) {
			assertThat(evaluator.needsApproval(parse("#a != null and #a > 100"), call(simple))).isFalse();
		}
		assertThat(evaluator.needsApproval(parse("#a == 'x'"), call("y"))).isFalse();
		assertThat(evaluator.needsApproval(parse("#a == T(java.time.DayOfWeek).FRIDAY"), call(DayOfWeek.MONDAY)))
			.isFalse();
		assertThat(evaluator.needsApproval(parse("#a > #b"), call(LocalDate.EPOCH, LocalDate.MAX))).isFalse();
	}

	@Test
	void sensitiveArgumentsCanBeRead() {
		assertThat(asks("#p0.amount > 100", 1, 2, new Box(5))).isFalse();
	}

	private boolean asks(String condition, @Nullable Object... arguments) {
		return evaluator().needsApproval(parse(condition), call(arguments));
	}

	private ConditionEvaluator evaluator() {
		if (!this.beanFactory.containsSingleton("limits")) {
			this.beanFactory.registerSingleton("limits", new Limits());
		}
		SnapshotWriter writer = new SnapshotWriter(this.mapper);
		return new ConditionEvaluator(this.beanFactory, () -> writer);
	}

	private static ApprovalCondition parse(String condition) {
		return ApprovalConditionParser.parse(condition, method());
	}

	private static MethodArguments call(@Nullable Object... arguments) {
		return new MethodArguments(Service.class, method(), Arrays.copyOf(arguments, 3));
	}

	private static Method method() {
		return ReflectionUtils.findMethod(Service.class, "call", (Class<?>[]) null);
	}

	static class Typed {

		void call(DayOfWeek day, int number, Boolean flag, BigDecimal amount, String text, CharSequence sequence,
				Object any) {
		}

	}

	record Box(@Nullable Object amount) {

		public int fail() {
			throw new IllegalStateException("s3cr3t");
		}

	}

	enum Color {

		RED

	}

	interface IntReader {

		int read();

	}

	static class Estimate {

		private final IntReader reader;

		private int readsPerSnapshot = 1;

		Estimate(IntReader reader) {
			this.reader = reader;
		}

		@JsonIgnore
		public int getAmount() {
			return this.reader.read();
		}

		public List<Integer> getRead() {
			List<Integer> result = new ArrayList<>();
			for (int i = 0; i < this.readsPerSnapshot; i++) {
				result.add(this.reader.read());
			}
			return result;
		}

	}

	static class Order {

		private int amount = 50;

		@AirlockOmitted
		private int writes;

		@AirlockOmitted
		private Runnable onWrite = () -> {
		};

		public int getAmount() {
			return this.amount;
		}

		public String getANote() {
			this.onWrite.run();
			return "written before the amount";
		}

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

		@Override
		public double doubleValue() {
			return 1;
		}

	}

	public static class Limits {

		public int getMax() {
			return 100;
		}

		public boolean above(int amount) {
			return amount > 100;
		}

		public boolean over(long amount, double factor) {
			return amount * factor > 100;
		}

		public boolean any(Object amount) {
			return false;
		}

		public @Nullable Boolean maybe(int amount) {
			return null;
		}

		public String text(int amount) {
			return "false";
		}

		public void nothing(int amount) {
		}

		public boolean fail(int amount) {
			throw new RejectedExecutionException("s3cr3t " + TimeUnit.DAYS);
		}

	}

	static class Service {

		void call(Object a, Object b, @AirlockSensitive Object p0) {
		}

	}

}
