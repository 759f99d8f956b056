/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.condition;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.IntPredicate;

import io.airlockapp.gateway.approval.snapshot.ArgumentSnapshot;
import io.airlockapp.gateway.approval.snapshot.Masking;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.snapshot.SnapshotWriter;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Random conditions, against a model that calculates with {@link BigDecimal}.
 */
class ApprovalConditionPropertyTests {

	private static final SnapshotWriter WRITER = new SnapshotWriter(new JsonMapper());

	private static final List<String> NAMES = List.of("a", "b", "c");

	private static final Map<String, IntPredicate> COMPARISONS = Map.of("<", (order) -> order < 0, "<=",
			(order) -> order <= 0, ">", (order) -> order > 0, ">=", (order) -> order >= 0, "==", (order) -> order == 0,
			"!=", (order) -> order != 0);

	private static final Map<String, BinaryOperator<BigDecimal>> CALCULATIONS = Map.of("+", BigDecimal::add, "-",
			BigDecimal::subtract, "*", BigDecimal::multiply);

	private final Method method = ReflectionUtils.findMethod(Service.class, "call", (Class<?>[]) null);

	@Property(tries = 1000)
	void exactNumbersAskUnlessExactlyFalse(@ForAll("conditions") Condition condition, @ForAll("exact") Number a,
			@ForAll("exact") Number b, @ForAll("exact") Number c) {
		Map<String, BigDecimal> values = Map.of("a", decimal(a, true), "b", decimal(b, true), "c", decimal(c, true));
		assertThat(asks(condition.text(), a, b, c)).as(condition.text()).isEqualTo(condition.model().apply(values));
	}

	@Property(tries = 1000)
	void nothingRunsThatIsTrueInAnyReading(@ForAll("conditions") Condition condition, @ForAll("any") @Nullable Number a,
			@ForAll("any") @Nullable Number b, @ForAll("any") @Nullable Number c) {
		if (asks(condition.text(), a, b, c)) {
			return;
		}
		for (int reading = 0; reading < 8; reading++) {
			// A number that is odd may be any, and was not read if the result is clear
			for (String odd : List.of("0", "1", "-1E+400")) {
				Map<String, BigDecimal> values = Map.of("a", decimal(a, (reading & 1) == 0, odd), "b",
						decimal(b, (reading & 2) == 0, odd), "c", decimal(c, (reading & 4) == 0, odd));
				assertThat(condition.model().apply(values)).isFalse();
			}
		}
	}

	@Property(tries = 300)
	void wholeDoublesAreAsGoodAsIntegers(@ForAll("comparisons") String comparison, @ForAll int a, @ForAll int b) {
		assertThat(asks("#a " + comparison + " #b", (double) a, (long) b, null))
			.isEqualTo(COMPARISONS.get(comparison).test(Integer.compare(a, b)));
	}

	@Property(tries = 300)
	void nothingButNumbersIsANumber(@ForAll("comparisons") String comparison, @ForAll("any") @Nullable Number a,
			@ForAll String text) {
		assertThat(asks("#a " + comparison + " #b", a, text, null)).isTrue();
		assertThat(asks("#b " + comparison + " #a", a, text, null)).isTrue();
		assertThat(asks("#b + 1 " + comparison + " #a", a, text, null)).isTrue();
	}

	@Provide
	Arbitrary<String> comparisons() {
		return Arbitraries.of(COMPARISONS.keySet());
	}

	@Provide
	Arbitrary<Condition> conditions() {
		return conditions(3);
	}

	private static Arbitrary<Condition> conditions(int depth) {
		Arbitrary<Condition> comparisons = Combinators
			.combine(Arbitraries.of(NAMES), Arbitraries.of(CALCULATIONS.keySet()), terms(1),
					Arbitraries.of(COMPARISONS.keySet()), terms(2))
			.as((name, calculation, term, comparison, right) -> new Condition(
					"#%s %s %s %s %s".formatted(name, calculation, term.text(), comparison, right.text()),
					(values) -> COMPARISONS.get(comparison)
						.test(CALCULATIONS.get(calculation)
							.apply(values.get(name), term.model().apply(values))
							.compareTo(right.model().apply(values)))));
		if (depth == 0) {
			return comparisons;
		}
		Arbitrary<Condition> inner = conditions(depth - 1);
		return Arbitraries.oneOf(comparisons,
				inner.map((condition) -> new Condition("not (%s)".formatted(condition.text()),
						(values) -> !condition.model().apply(values))),
				Combinators.combine(inner, inner)
					.as((left, right) -> new Condition("(%s) and (%s)".formatted(left.text(), right.text()),
							(values) -> left.model().apply(values) && right.model().apply(values))),
				Combinators.combine(inner, inner)
					.as((left, right) -> new Condition("(%s) or (%s)".formatted(left.text(), right.text()),
							(values) -> left.model().apply(values) || right.model().apply(values))));
	}

	private static Arbitrary<Term> terms(int depth) {
		Arbitrary<Term> leaves = Arbitraries.oneOf(
				Arbitraries.of(NAMES).map((name) -> new Term("#" + name, (values) -> values.get(name))),
				Arbitraries.integers()
					.between(0, 5)
					.map((number) -> new Term(number.toString(), (values) -> BigDecimal.valueOf(number))),
				Arbitraries.bigDecimals()
					.between(BigDecimal.ZERO, BigDecimal.TEN)
					.ofScale(2)
					.map((number) -> new Term(number.toPlainString(), (values) -> number)));
		if (depth == 0) {
			return leaves;
		}
		Arbitrary<Term> inner = terms(depth - 1);
		return Arbitraries.oneOf(leaves, inner
			.map((term) -> new Term("-(%s)".formatted(term.text()), (values) -> term.model().apply(values).negate())),
				Combinators.combine(inner, Arbitraries.of(CALCULATIONS.keySet()), inner)
					.as((left, calculation, right) -> new Term(
							"(%s %s %s)".formatted(left.text(), calculation, right.text()),
							(values) -> CALCULATIONS.get(calculation)
								.apply(left.model().apply(values), right.model().apply(values)))));
	}

	@Provide
	Arbitrary<Number> exact() {
		Arbitrary<Integer> near = Arbitraries.integers().between(-3, 3);
		return Arbitraries.oneOf(near, Arbitraries.bytes(), Arbitraries.shorts(), Arbitraries.integers(),
				Arbitraries.longs(), Arbitraries.bigIntegers(),
				Combinators.combine(Arbitraries.bigIntegers(), Arbitraries.integers().between(-40, 40))
					.as((value, scale) -> new BigDecimal(value, scale)),
				near.map((value) -> new BigDecimal(value).setScale(2)), near.map(BigInteger::valueOf));
	}

	@Provide
	Arbitrary<Number> any() {
		return Arbitraries
			.oneOf(exact(), Arbitraries.doubles(), Arbitraries.floats(),
					Arbitraries.integers().between(-30, 30).map((tenths) -> tenths / 10.0),
					Arbitraries.integers().between(-30, 30).map((tenths) -> tenths / 10.0f),
					Arbitraries.integers().between(-30, 30).map((tenths) -> new BigDecimal(tenths).movePointLeft(1)),
					Arbitraries.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0,
							Double.MIN_VALUE, Double.MAX_VALUE, Float.NaN, -0.0f))
			.injectNull(0.05);
	}

	private boolean asks(String condition, @Nullable Object... arguments) {
		ArgumentSnapshot snapshot = WRITER.snapshot(new MethodArguments(Service.class, this.method, arguments),
				new Masking());
		return ConditionParser.parse(condition, Service.class, this.method)
			.needsApproval(arguments, snapshot::get, new DefaultListableBeanFactory());
	}

	private static BigDecimal decimal(@Nullable Number number, boolean written, String odd) {
		boolean binary = number instanceof Double || number instanceof Float;
		boolean clear = number != null && !(binary
				&& (!Double.isFinite(number.doubleValue()) || Double.compare(number.doubleValue(), -0.0) == 0));
		return clear ? decimal(number, written) : new BigDecimal(odd);
	}

	private static BigDecimal decimal(Number number, boolean written) {
		return ((number instanceof Double || number instanceof Float) && !written)
				? new BigDecimal(number.doubleValue()) : new BigDecimal(number.toString());
	}

	record Condition(String text, Function<Map<String, BigDecimal>, Boolean> model) {

		@Override
		public String toString() {
			return this.text;
		}

	}

	record Term(String text, Function<Map<String, BigDecimal>, BigDecimal> model) {

		@Override
		public String toString() {
			return this.text;
		}

	}

	abstract static class Service {

		abstract void call(Object a, Object b, Object c);

	}

}
