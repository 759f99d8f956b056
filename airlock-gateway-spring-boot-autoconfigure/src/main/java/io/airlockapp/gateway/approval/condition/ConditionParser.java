/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.condition;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Objects;
import java.util.function.BiPredicate;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.condition.ApprovalCondition.Call;
import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.expression.ParseException;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FloatLiteral;
import org.springframework.expression.spel.ast.InlineList;
import org.springframework.expression.spel.ast.Literal;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.NullLiteral;
import org.springframework.expression.spel.ast.RealLiteral;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.util.Assert;

/**
 * Parses a condition. SpEL's parser parses the text, but SpEL evaluates nothing. All
 * constructs that the language of conditions lacks are refused.
 */
public final class ConditionParser {

	private static final String LET_A_BEAN = "let a bean decide, as in '@limits.above(#amount)'";

	private static final Map<String, BinaryOperator<BigDecimal>> CALCULATIONS = Map.of("OpPlus", BigDecimal::add,
			"OpMinus", BigDecimal::subtract, "OpMultiply", BigDecimal::multiply);

	private final PathParser paths;

	private final List<ConditionBean> beans = new ArrayList<>();

	/**
	 * The number of parts of arguments that were parsed.
	 */
	private int readings;

	private ConditionParser(PathParser paths) {
		this.paths = paths;
	}

	/**
	 * Parse a condition.
	 * @param text the text
	 * @param type the class of the method
	 * @param method the guarded method
	 * @return the condition
	 * @throws IllegalArgumentException if the condition cannot have a clear result, or
	 * refers to something that no call can have
	 */
	public static ApprovalCondition parse(String text, Class<?> type, Method method) {
		try {
			// In a text literal, they would be compared literally, and equal nothing
			Assert.isTrue(!text.contains("#{"), "write it without '#{' and '}', or " + LET_A_BEAN);
			Assert.isTrue(!text.contains("${"), "'${...}' is not replaced in a condition; " + LET_A_BEAN);
			ConditionParser parser = new ConditionParser(new PathParser(type, method, "; " + LET_A_BEAN));
			Predicate<Call> root = parser.truth(parse(text));
			return new ApprovalCondition(text, new MethodArguments(type, method, new Object[0]).toString(), root,
					parser.beans);
		}
		catch (IllegalArgumentException | IllegalStateException | UnclearConditionException ex) {
			throw new IllegalArgumentException(
					"'%s' cannot decide whether approval is required: %s".formatted(text, ex.getMessage()), ex);
		}
	}

	private static SpelNode parse(String text) {
		try {
			return new SpelExpressionParser().parseRaw(text).getAST();
		}
		catch (ParseException ex) {
			throw new IllegalArgumentException(
					"it cannot be parsed at '%s': one of several values is written as in '{'EUR', 'USD'}.contains(#currency)', a large number as in '3000000000L'; for all else, %s"
						.formatted(text.substring(ex.getPosition()), LET_A_BEAN),
					ex);
		}
	}

	private Predicate<Call> truth(SpelNode node) {
		return switch (node.getClass().getSimpleName()) {
			case "OpAnd" -> truth(node.getChild(0)).and(truth(node.getChild(1)));
			case "OpOr" -> truth(node.getChild(0)).or(truth(node.getChild(1)));
			case "OperatorNot" -> truth(node.getChild(0)).negate();
			case "OpEQ" -> equality(node);
			case "OpNE" -> equality(node).negate();
			case "OpLT" -> isLess(node, 0, 1);
			case "OpGT" -> isLess(node, 1, 0);
			case "OpLE" -> isLess(node, 1, 0).negate();
			case "OpGE" -> isLess(node, 0, 1).negate();
			default -> booleanValue(node);
		};
	}

	private Predicate<Call> equality(SpelNode node) {
		for (int i = 0; i < 2; i++) {
			if (node.getChild(i) instanceof NullLiteral) {
				SpelNode other = node.getChild(1 - i);
				SnapshotPath path = path(other, other.getChildCount());
				return (call) -> ConditionValues.isNull(call.read(path));
			}
		}
		return compare(node.getChild(0), node.getChild(1), null, ConditionValues::isEqual);
	}

	private Predicate<Call> isLess(SpelNode node, int lower, int higher) {
		return compare(node.getChild(lower), node.getChild(higher), PathParser.NUMBER,
				(left, right) -> ConditionValues.number(left).isLess(ConditionValues.number(right)));
	}

	private Predicate<Call> compare(SpelNode left, SpelNode right, @Nullable String kind,
			BiPredicate<Object, Object> comparison) {
		int before = this.readings;
		Operand one = value(left);
		Operand other = value(right);
		Assert.isTrue(this.readings > before, "a part of it is the same for every call");
		PathParser.requireConstant(one.type(), other.text());
		PathParser.requireConstant(other.type(), one.text());
		for (Operand operand : List.of(one, other)) {
			Assert.isTrue(PathParser.isComparable(operand.type()),
					"values of %s cannot be compared; %s".formatted(operand.type(), LET_A_BEAN));
			String actual = PathParser.kind(operand.type());
			Assert.isTrue(kind == null || actual == null || actual.equals(kind),
					"only numbers have an order, and not %s; %s".formatted(actual, LET_A_BEAN));
		}
		requireSame(PathParser.kind(one.type()), PathParser.kind(other.type()));
		return (call) -> comparison.test(one.in(call), other.in(call));
	}

	private static void requireSame(@Nullable String kind, @Nullable String other) {
		Assert.isTrue(kind == null || other == null || kind.equals(other),
				"%s and %s cannot be compared; %s".formatted(kind, other, LET_A_BEAN));
	}

	/**
	 * Parse the call of a method, or a value that is a boolean.
	 */
	private Predicate<Call> booleanValue(SpelNode node) {
		MethodReference method = method(node);
		if (method != null && node.getChild(0) instanceof BeanReference bean) {
			return bean(node, bean, method);
		}
		if (isCall(method, "isEmpty", 0)) {
			SnapshotPath path = path(node, node.getChildCount() - 1);
			Assert.isTrue(path.type().resolve() != Optional.class,
					"an Optional may be empty itself, or what is in it: compare it with null, or use size()");
			PathParser.requireContainer(path.type());
			return (call) -> ConditionValues.isEmpty(call.find(path));
		}
		if (method != null && (isCall(method, "contains", 1) || isCall(method, "containsKey", 1))) {
			return contains(node, method.getName().equals("containsKey"), method.getChild(0));
		}
		SnapshotPath path = path(node, node.getChildCount());
		return (call) -> ConditionValues.isTrue(ConditionValues.of(call.read(path)));
	}

	private static @Nullable MethodReference method(SpelNode node) {
		return (node instanceof CompoundExpression
				&& node.getChild(node.getChildCount() - 1) instanceof MethodReference method && !method.isNullSafe())
						? method : null;
	}

	private static boolean isCall(@Nullable MethodReference method, String name, int arguments) {
		return method != null && method.getName().equals(name) && method.getChildCount() == arguments;
	}

	private Predicate<Call> contains(SpelNode node, boolean key, SpelNode value) {
		if (node.getChild(0) instanceof InlineList list && node.getChildCount() == 2 && !key) {
			List<Predicate<Call>> equal = children(list)
				.map((candidate) -> compare(candidate, value, null, ConditionValues::isEqual))
				.toList();
			Assert.isTrue(!equal.isEmpty(), "nothing is contained in '{}'");
			// All are compared, so that the result is clear
			return (call) -> equal.stream().filter((candidate) -> candidate.test(call)).count() > 0;
		}
		SnapshotPath path = path(node, node.getChildCount() - 1);
		Operand operand = value(value);
		PathParser.requireConstant(key ? PathParser.keys(path.type()) : PathParser.elements(path.type()),
				operand.text());
		return (call) -> ConditionValues.contains(call.read(path), key, operand.in(call));
	}

	/**
	 * Parse the call of a bean's method. It gets the arguments themselves. They are
	 * captured first, so that a change between its result and the method is detected.
	 */
	private Predicate<Call> bean(SpelNode node, BeanReference bean, MethodReference method) {
		Assert.isTrue(node.getChildCount() == 2 && node.toStringAST().startsWith("@"),
				"one method of a bean decides, as in '@limits.above(#amount)'");
		children(method).forEach((argument) -> Assert.isTrue(argument instanceof VariableReference,
				"'%s' cannot be passed: a bean gets whole arguments, as in '@limits.above(#amount)'"
					.formatted(argument.toStringAST())));
		int[] parameters = children(method).mapToInt(this.paths::parameter).toArray();
		Class<?>[] declared = this.paths.method().getParameterTypes();
		Class<?>[] types = IntStream.of(parameters).mapToObj((index) -> declared[index]).toArray(Class<?>[]::new);
		ConditionBean decider = new ConditionBean(bean.getName(), method.getName(), types);
		this.beans.add(decider);
		return (call) -> {
			IntStream.of(parameters).forEach(call.snapshot()::apply);
			return decider.isTrue(call.beans(),
					IntStream.of(parameters).mapToObj((index) -> call.arguments()[index]).toArray());
		};
	}

	/**
	 * Parse a literal, a calculation, the size of a container, or a part of an argument.
	 */
	private Operand value(SpelNode node) {
		if (node instanceof Literal literal && !(node instanceof NullLiteral)) {
			Object value = literal(literal);
			return new Operand(
					ResolvableType.forClass((value instanceof ExactNumber) ? BigDecimal.class : value.getClass()),
					(value instanceof String text) ? text : null, (call) -> value);
		}
		BinaryOperator<BigDecimal> calculation = CALCULATIONS.get(node.getClass().getSimpleName());
		if (calculation != null) {
			return calculation(node, calculation);
		}
		if (isCall(method(node), "size", 0)) {
			SnapshotPath path = path(node, node.getChildCount() - 1);
			PathParser.requireContainer(path.type());
			return Operand
				.ofNumber((call) -> ExactNumber.exactly(BigDecimal.valueOf(ConditionValues.size(call.read(path)))));
		}
		SnapshotPath path = path(node, node.getChildCount());
		return new Operand(path.type(), null, (call) -> ConditionValues.of(call.read(path)));
	}

	private static Object literal(Literal literal) {
		Object value = Objects.requireNonNull(literal.getLiteralValue().getValue());
		if (!(value instanceof Number)) {
			return value;
		}
		// A real number as it is written, and not the nearest double
		String text = (literal instanceof RealLiteral || literal instanceof FloatLiteral)
				? String.valueOf(literal.getOriginalValue()).replaceAll("[fFdD]$", "") : value.toString();
		return ExactNumber.exactly(new BigDecimal(text));
	}

	private Operand calculation(SpelNode node, BinaryOperator<BigDecimal> calculation) {
		Operand right = value(node.getChild(node.getChildCount() - 1));
		Operand left = (node.getChildCount() > 1) ? value(node.getChild(0))
				: Operand.ofNumber((call) -> ExactNumber.exactly(BigDecimal.ZERO));
		return Operand.ofNumber((call) -> ConditionValues.number(left.in(call))
			.calculate(calculation, ConditionValues.number(right.in(call))));
	}

	private SnapshotPath path(SpelNode node, int length) {
		SpelNode first = (node instanceof CompoundExpression) ? node.getChild(0) : node;
		Assert.isTrue(first instanceof VariableReference,
				"'%s' is not supported in a condition; an argument is written as in '#amount', and an enum constant as in '#day == 'FRIDAY''; for all else, %s"
					.formatted(node.toStringAST(), LET_A_BEAN));
		this.readings++;
		SnapshotPath path = this.paths.parse(node, length);
		Assert.isTrue(!path.hidden(),
				"'%s' is not shown to the approver, so that it cannot be read; %s".formatted(path.text(), LET_A_BEAN));
		return path;
	}

	private static Stream<SpelNode> children(SpelNode node) {
		return IntStream.range(0, node.getChildCount()).mapToObj(node::getChild);
	}

	/**
	 * Operand of a comparison or a calculation.
	 *
	 * @param type the declared type
	 * @param text the text of a literal, if it is one
	 * @param value returns the value
	 */
	private record Operand(ResolvableType type, @Nullable String text, Function<Call, Object> value) {

		private static Operand ofNumber(Function<Call, Object> value) {
			return new Operand(ResolvableType.forClass(BigDecimal.class), null, value);
		}

		private Object in(Call call) {
			return this.value.apply(call);
		}

	}

}
