package io.airlockapp.gateway.approval.argument;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.IntPredicate;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.util.ReflectionUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Numbers in conditions, against a model that calculates with {@link BigDecimal}.
 */
class ApprovalConditionPropertyTests {

	private static final Map<String, IntPredicate> COMPARISONS = Map.of("<", (order) -> order < 0, "<=",
			(order) -> order <= 0, ">", (order) -> order > 0, ">=", (order) -> order >= 0, "==", (order) -> order == 0,
			"!=", (order) -> order != 0);

	private static final Map<String, BinaryOperator<BigDecimal>> CALCULATIONS = Map.of("+", BigDecimal::add, "-",
			BigDecimal::subtract, "*", BigDecimal::multiply);

	private final Method method = ReflectionUtils.findMethod(Service.class, "call", (Class<?>[]) null);

	private final ConditionEvaluator evaluator = new ConditionEvaluator(new DefaultListableBeanFactory(), () -> {
		throw new IllegalStateException("Numbers are not written");
	});

	@Property(tries = 3000)
	void exactNumbersAskUnlessExactlyFalse(@ForAll("comparisons") String comparison,
			@ForAll("calculations") String calculation, @ForAll("exact") Number a, @ForAll("exact") Number b,
			@ForAll("exact") Number c) {
		boolean expected = COMPARISONS.get(comparison)
			.test(CALCULATIONS.get(calculation).apply(decimal(a), decimal(b)).compareTo(decimal(c)));
		assertThat(asks("#a " + calculation + " #b " + comparison + " #c", a, b, c)).isEqualTo(expected);
	}

	@Property(tries = 3000)
	void doublesNeverRunWhatIsTrueInEitherReading(@ForAll("comparisons") String comparison,
			@ForAll("calculations") String calculation, @ForAll("any") @Nullable Number a,
			@ForAll("any") @Nullable Number b, @ForAll("any") @Nullable Number c) {
		if (asks("#a " + calculation + " #b " + comparison + " #c", a, b, c)) {
			return;
		}
		assertThat(new Number[] { a, b, c }).noneMatch(ApprovalConditionPropertyTests::isOdd);
		for (boolean written : new boolean[] { true, false }) {
			assertThat(COMPARISONS.get(comparison)
				.test(CALCULATIONS.get(calculation)
					.apply(decimal(a, written), decimal(b, written))
					.compareTo(decimal(c, written))))
				.isFalse();
		}
	}

	@Property(tries = 1000)
	void wholeDoublesAreAsGoodAsIntegers(@ForAll("comparisons") String comparison, @ForAll int a, @ForAll int b) {
		assertThat(asks("#a " + comparison + " #b", (double) a, (long) b, null))
			.isEqualTo(COMPARISONS.get(comparison).test(Integer.compare(a, b)));
	}

	@Property(tries = 2000)
	void quotientsAskUnlessExactlyFalse(@ForAll("comparisons") String comparison, @ForAll int a, @ForAll int b,
			@ForAll int c) {
		boolean isExact = b != 0 && (long) a % b == 0;
		assertThat(asks("#a / #b " + comparison + " #c", a, b, c))
			.isEqualTo(!isExact || COMPARISONS.get(comparison).test(Long.compare((long) a / b, c)));
		assertThat(asks("#a % #b " + comparison + " #c", a, b, c))
			.isEqualTo(b == 0 || COMPARISONS.get(comparison).test(Long.compare((long) a % b, c)));
	}

	@Property(tries = 1000)
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
	Arbitrary<String> calculations() {
		return Arbitraries.of(CALCULATIONS.keySet());
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
					Arbitraries.integers().between(-30, 30).map((tenths) -> new BigDecimal(tenths).movePointLeft(1)),
					Arbitraries.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0,
							Double.MIN_VALUE, Double.MAX_VALUE, Float.NaN, -0.0f))
			.injectNull(0.05);
	}

	private boolean asks(String condition, @Nullable Object... arguments) {
		return this.evaluator.needsApproval(ApprovalConditionParser.parse(condition, this.method),
				new MethodArguments(Service.class, this.method, arguments));
	}

	private static boolean isOdd(@Nullable Number number) {
		return number == null || ((number instanceof Double || number instanceof Float)
				&& (!Double.isFinite(number.doubleValue()) || Double.compare(number.doubleValue(), -0.0) == 0));
	}

	private static BigDecimal decimal(Number number) {
		return decimal(number, true);
	}

	private static BigDecimal decimal(Number number, boolean written) {
		return ((number instanceof Double || number instanceof Float) && !written)
				? new BigDecimal(number.doubleValue()) : new BigDecimal(number.toString());
	}

	static class Service {

		void call(Object a, Object b, Object c) {
		}

	}

}
