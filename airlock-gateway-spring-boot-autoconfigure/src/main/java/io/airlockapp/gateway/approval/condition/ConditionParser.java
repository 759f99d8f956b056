package io.airlockapp.gateway.approval.condition;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.condition.ApprovalCondition.Call;
import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.BooleanLiteral;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FloatLiteral;
import org.springframework.expression.spel.ast.InlineList;
import org.springframework.expression.spel.ast.Literal;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.NullLiteral;
import org.springframework.expression.spel.ast.OpAnd;
import org.springframework.expression.spel.ast.OpEQ;
import org.springframework.expression.spel.ast.OpGE;
import org.springframework.expression.spel.ast.OpGT;
import org.springframework.expression.spel.ast.OpLE;
import org.springframework.expression.spel.ast.OpLT;
import org.springframework.expression.spel.ast.OpMinus;
import org.springframework.expression.spel.ast.OpMultiply;
import org.springframework.expression.spel.ast.OpNE;
import org.springframework.expression.spel.ast.OpOr;
import org.springframework.expression.spel.ast.OpPlus;
import org.springframework.expression.spel.ast.OperatorNot;
import org.springframework.expression.spel.ast.RealLiteral;
import org.springframework.expression.spel.ast.StringLiteral;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Parses a condition. SpEL's parser parses the text, but SpEL evaluates nothing. All
 * constructs that the language of conditions lacks are refused.
 */
public final class ConditionParser {

	static final String LET_A_BEAN = "let a bean decide, as in '@limits.above(#amount)'";

	/**
	 * In a text literal, they would be compared literally, and equal nothing.
	 */
	private static final List<String> PLACEHOLDERS = List.of("${", "#{");

	private static final Map<String, String> IDIOMS = Map.of("Ternary", "write it with 'and' and 'or'", "Elvis",
			"say when to ask, as in '#amount == null or #amount > 100'", "OperatorBetween",
			"write it with '>=' and '<='", "PropertyOrFieldReference", "write a parameter as '#amount'",
			"TypeReference", "write a constant as text, as in '#day == 'FRIDAY''");

	private static final Map<Class<?>, BiFunction<ConditionParser, SpelNode, Predicate<Call>>> OPERATORS = Map.of(
			OpAnd.class, (parser, node) -> parser.truth(node.getChild(0)).and(parser.truth(node.getChild(1))),
			OpOr.class, (parser, node) -> parser.truth(node.getChild(0)).or(parser.truth(node.getChild(1))),
			OperatorNot.class, (parser, node) -> parser.truth(node.getChild(0)).negate(), OpEQ.class,
			(parser, node) -> parser.equality(node), OpNE.class, (parser, node) -> parser.equality(node).negate(),
			OpLT.class, (parser, node) -> parser.isLess(node, 0, 1), OpGT.class,
			(parser, node) -> parser.isLess(node, 1, 0), OpLE.class,
			(parser, node) -> parser.isLess(node, 1, 0).negate(), OpGE.class,
			(parser, node) -> parser.isLess(node, 0, 1).negate());

	private static final Map<Class<?>, BinaryOperator<ExactNumber>> CALCULATIONS = Map.of(OpPlus.class,
			ExactNumber::plus, OpMinus.class, ExactNumber::minus, OpMultiply.class, ExactNumber::times);

	private static final ResolvableType NUMBER = ResolvableType.forClass(BigDecimal.class);

	private final PathParser paths;

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
	 * @throws org.springframework.expression.ParseException if the text is malformed
	 */
	public static ApprovalCondition parse(String text, Class<?> type, Method method) {
		if (PLACEHOLDERS.stream().anyMatch(text::contains)) {
			throw refused(text, "'${...}' and '#{...}' are not replaced in a condition; " + LET_A_BEAN);
		}
		ConditionParser parser = new ConditionParser(new PathParser(type, method));
		return new ApprovalCondition(text, new MethodArguments(type, method, new Object[0]).toString(),
				parser.truth(ast(text)));
	}

	private static SpelNode ast(String text) {
		try {
			return new SpelExpressionParser().parseRaw(text).getAST();
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			// SpEL has no clear message for an expression that ends too early
			throw new IllegalArgumentException("'%s' is no complete expression".formatted(text), ex);
		}
	}

	private Predicate<Call> truth(SpelNode node) {
		BiFunction<ConditionParser, SpelNode, Predicate<Call>> operator = OPERATORS.get(node.getClass());
		if (operator != null) {
			return operator.apply(this, node);
		}
		MethodReference method = method(node);
		if (method != null && !method.getName().equals("size")) {
			return (node.getChild(0) instanceof BeanReference bean) ? bean(node, bean, method)
					: container(node, method);
		}
		Operand operand = value(node);
		requireReading(node, operand);
		require(PathParser.mayBe(operand.type(), Boolean.class), node, "it is neither true nor false");
		return (call) -> ConditionValues.isTrue(operand.in(call));
	}

	private Predicate<Call> equality(SpelNode node) {
		for (int i = 0; i < 2; i++) {
			if (node.getChild(i) instanceof NullLiteral) {
				SpelNode other = node.getChild(1 - i);
				SnapshotPath path = path(other, other.getChildCount());
				return (call) -> ConditionValues.isNull(call.read(path));
			}
		}
		Operand left = value(node.getChild(0));
		Operand right = value(node.getChild(1));
		requireComparable(node, left, right);
		return (call) -> ConditionValues.isEqual(left.in(call), right.in(call));
	}

	private Predicate<Call> isLess(SpelNode node, int lower, int higher) {
		Operand left = number(node.getChild(lower));
		Operand right = number(node.getChild(higher));
		requireReading(node, left, right);
		return (call) -> ExactNumber.of(left.in(call)).isLess(ExactNumber.of(right.in(call)));
	}

	private static @Nullable MethodReference method(SpelNode node) {
		return (node instanceof CompoundExpression
				&& node.getChild(node.getChildCount() - 1) instanceof MethodReference method && !method.isNullSafe())
						? method : null;
	}

	/**
	 * Parse {@code isEmpty()}, {@code contains(value)} or {@code containsKey(key)}.
	 */
	private Predicate<Call> container(SpelNode node, MethodReference method) {
		String name = method.getName();
		if (name.equals("isEmpty") && method.getChildCount() == 0) {
			SnapshotPath path = container(node);
			return (call) -> ConditionValues.size(call.read(path)) == 0;
		}
		boolean key = name.equals("containsKey");
		require((key || name.equals("contains")) && method.getChildCount() == 1, node, LET_A_BEAN);
		Operand value = value(method.getChild(0));
		if (node.getChild(0) instanceof InlineList list && node.getChildCount() == 2 && !key) {
			return oneOf(node, list, value);
		}
		SnapshotPath path = path(node, node.getChildCount() - 1);
		verified(node, () -> {
			PathParser.requireMayEqual(key ? PathParser.keys(path.type()) : PathParser.elements(path.type()),
					value.literal());
			return path;
		});
		return key ? (call) -> ConditionValues.containsKey(call.read(path), value.in(call))
				: (call) -> ConditionValues.contains(call.read(path), value.in(call));
	}

	private Predicate<Call> oneOf(SpelNode node, InlineList list, Operand value) {
		List<Operand> candidates = children(list).map(this::value).toList();
		candidates.forEach((candidate) -> requireComparable(node, candidate, value));
		return (call) -> ConditionValues.contains(candidates.stream().map((candidate) -> candidate.in(call)).toList(),
				value.in(call));
	}

	/**
	 * Parse the call of a bean's method. It gets the arguments themselves. They are
	 * captured first, so that they cannot change between its answer and the method.
	 */
	private Predicate<Call> bean(SpelNode node, BeanReference bean, MethodReference method) {
		require(node.getChildCount() == 2 && node.toStringAST().startsWith("@"), node,
				"one method of a bean decides, as in '@limits.above(#amount)'");
		int[] parameters = children(method).mapToInt((argument) -> verified(node, () -> this.paths.parameter(argument)))
			.toArray();
		Class<?>[] types = IntStream.of(parameters).mapToObj(this.paths::type).toArray(Class<?>[]::new);
		return (call) -> {
			IntStream.of(parameters).forEach(call.snapshot()::apply);
			@Nullable Object[] arguments = IntStream.of(parameters).mapToObj((index) -> call.arguments()[index]).toArray();
			return isTrue(call.beans().getBean(bean.getName()), method.getName(), types, arguments);
		};
	}

	private static boolean isTrue(Object bean, String name, Class<?>[] types, @Nullable Object[] arguments) {
		Method method = ClassUtils.getMethodIfAvailable(bean.getClass(), name, types);
		if (method == null) {
			throw new UnclearConditionException(
					"the bean has no public method '%s' whose parameters have exactly the types of the arguments, %s"
						.formatted(name, Arrays.toString(types)));
		}
		ReflectionUtils.makeAccessible(method);
		if (ReflectionUtils.invokeMethod(method, bean, arguments) instanceof Boolean result) {
			return result;
		}
		throw new UnclearConditionException("the method '%s' returns neither true nor false".formatted(name));
	}

	/**
	 * Parse a literal, a calculation, the size of a container, or a part of an argument.
	 */
	private Operand value(SpelNode node) {
		if (node instanceof Literal literal && !(node instanceof NullLiteral)) {
			return literal(literal);
		}
		BinaryOperator<ExactNumber> calculation = CALCULATIONS.get(node.getClass());
		if (calculation != null) {
			return calculation(node, calculation);
		}
		MethodReference method = method(node);
		if (method != null && method.getName().equals("size") && method.getChildCount() == 0) {
			SnapshotPath path = container(node);
			return new Operand(NUMBER, null,
					(call) -> ExactNumber.exactly(BigDecimal.valueOf(ConditionValues.size(call.read(path)))));
		}
		SnapshotPath path = path(node, node.getChildCount());
		return new Operand(path.type(), null, (call) -> call.read(path));
	}

	private static Operand literal(Literal literal) {
		Object value = Objects.requireNonNull(literal.getLiteralValue().getValue());
		if (literal instanceof StringLiteral || literal instanceof BooleanLiteral) {
			return Operand.of(ResolvableType.forClass(value.getClass()), value);
		}
		// A real number as it is written, and not the nearest double
		String text = (literal instanceof RealLiteral || literal instanceof FloatLiteral)
				? String.valueOf(literal.getOriginalValue()).replaceAll("[fFdD]$", "") : value.toString();
		return Operand.of(NUMBER, verified(literal, () -> ExactNumber.exactly(new BigDecimal(text))));
	}

	private Operand calculation(SpelNode node, BinaryOperator<ExactNumber> calculation) {
		boolean unary = node.getChildCount() == 1;
		Operand left = unary ? Operand.of(NUMBER, ExactNumber.exactly(BigDecimal.ZERO)) : number(node.getChild(0));
		Operand right = number(node.getChild(unary ? 0 : 1));
		if (left.literal() instanceof ExactNumber one && right.literal() instanceof ExactNumber other) {
			return Operand.of(NUMBER, verified(node, () -> calculation.apply(one, other)));
		}
		return new Operand(NUMBER, null,
				(call) -> calculation.apply(ExactNumber.of(left.in(call)), ExactNumber.of(right.in(call))));
	}

	private Operand number(SpelNode node) {
		Operand operand = value(node);
		require(PathParser.mayBe(operand.type(), Number.class), node,
				"it is no number; remove its quotes, or " + LET_A_BEAN);
		return operand;
	}

	/**
	 * Parse the path to a container, which is followed by the call of its method.
	 */
	private SnapshotPath container(SpelNode node) {
		SnapshotPath path = path(node, node.getChildCount() - 1);
		verified(node, () -> PathParser.mayBe(path.type(), Map.class) ? path : PathParser.elements(path.type()));
		return path;
	}

	private SnapshotPath path(SpelNode node, int length) {
		SpelNode start = (node instanceof CompoundExpression) ? node.getChild(0) : node;
		require(start instanceof VariableReference, node,
				IDIOMS.getOrDefault(start.getClass().getSimpleName(), LET_A_BEAN));
		return verified(node, () -> this.paths.parse(node, length));
	}

	private static Stream<SpelNode> children(SpelNode node) {
		return IntStream.range(0, node.getChildCount()).mapToObj(node::getChild);
	}

	private static void requireReading(SpelNode node, Operand... operands) {
		require(Stream.of(operands).anyMatch((operand) -> operand.literal() == null), node,
				"it is the same for every call");
	}

	private static void requireComparable(SpelNode node, Operand left, Operand right) {
		requireReading(node, left, right);
		verified(node, () -> {
			PathParser.requireMayEqual(left.type(), right.literal());
			PathParser.requireMayEqual(right.type(), left.literal());
			return node;
		});
	}

	private static <T> T verified(SpelNode node, Supplier<T> parser) {
		try {
			return parser.get();
		}
		catch (IllegalArgumentException | UnclearConditionException ex) {
			throw refused(node.toStringAST(), String.valueOf(ex.getMessage()));
		}
	}

	private static void require(boolean accepted, SpelNode node, String reason) {
		if (!accepted) {
			throw refused(node.toStringAST(), reason);
		}
	}

	private static IllegalArgumentException refused(String expression, String reason) {
		return new IllegalArgumentException(
				"'%s' cannot decide whether approval is required: %s".formatted(expression, reason));
	}

	/**
	 * Operand of a comparison or a calculation.
	 *
	 * @param type the declared type
	 * @param literal the value that is the same for every call, if it is
	 * @param value returns the value otherwise: a node of the snapshot, or a number
	 */
	private record Operand(ResolvableType type, @Nullable Object literal, Function<Call, Object> value) {

		static Operand of(ResolvableType type, Object literal) {
			return new Operand(type, literal, (call) -> literal);
		}

		Object in(Call call) {
			return this.value.apply(call);
		}

	}

}
