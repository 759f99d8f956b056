package io.airlockapp.gateway.approval.argument;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import org.springframework.core.NativeDetector;
import org.springframework.expression.EvaluationException;
import org.springframework.expression.TypedValue;
import org.springframework.expression.spel.ExpressionState;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.FloatLiteral;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineList;
import org.springframework.expression.spel.ast.Literal;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.NullLiteral;
import org.springframework.expression.spel.ast.OpAnd;
import org.springframework.expression.spel.ast.OpDivide;
import org.springframework.expression.spel.ast.OpEQ;
import org.springframework.expression.spel.ast.OpGE;
import org.springframework.expression.spel.ast.OpGT;
import org.springframework.expression.spel.ast.OpLE;
import org.springframework.expression.spel.ast.OpLT;
import org.springframework.expression.spel.ast.OpMinus;
import org.springframework.expression.spel.ast.OpModulus;
import org.springframework.expression.spel.ast.OpMultiply;
import org.springframework.expression.spel.ast.OpNE;
import org.springframework.expression.spel.ast.OpOr;
import org.springframework.expression.spel.ast.OpPlus;
import org.springframework.expression.spel.ast.OperatorBetween;
import org.springframework.expression.spel.ast.OperatorNot;
import org.springframework.expression.spel.ast.OperatorPower;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.RealLiteral;
import org.springframework.expression.spel.ast.SpelNodeImpl;
import org.springframework.expression.spel.ast.StringLiteral;
import org.springframework.expression.spel.ast.TypeReference;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.expression.spel.support.StandardEvaluationContext;
import org.springframework.expression.spel.support.StandardTypeLocator;
import org.springframework.util.ClassUtils;

/**
 * Parses a condition. SpEL's parser parses the text, and its nodes read properties, call
 * methods and look up beans. Its operators are replaced by those of
 * {@link ConditionValues} and {@link ExactNumber}, which return only clear results. All
 * other constructs of SpEL are refused.
 */
public final class ApprovalConditionParser {

	private static final String LET_A_BEAN = "let a bean decide, as in '@limits.above(#amount)'";

	private static final String COMPARE = "compare the number itself: this would cut what doesn't fit";

	/**
	 * In a text literal, they would be compared literally, and equal nothing.
	 */
	private static final List<String> PLACEHOLDERS = List.of("${", "#{");

	private static final Map<String, String> REFUSED_METHODS = Map.ofEntries(
			Map.entry("equals", "write '==', since a number equals none of another type"),
			Map.entry("compareTo", "write '<' or '>'"),
			Map.entry("matches", LET_A_BEAN + ": a pattern easily misses a text, such as one with a line feed"),
			Map.entry("intValue", COMPARE), Map.entry("longValue", COMPARE), Map.entry("shortValue", COMPARE),
			Map.entry("byteValue", COMPARE), Map.entry("floatValue", COMPARE), Map.entry("doubleValue", COMPARE),
			Map.entry("toBigInteger", COMPARE), Map.entry("asShort", COMPARE), Map.entry("asInt", COMPARE),
			Map.entry("asLong", COMPARE), Map.entry("asBigInteger", COMPARE), Map.entry("asFloat", COMPARE),
			Map.entry("asDouble", COMPARE));

	private static final Map<String, String> REFUSED_NODES = Map.ofEntries(
			Map.entry("Assign", "a condition must not change anything"),
			Map.entry("OpInc", "a condition must not change anything"),
			Map.entry("OpDec", "a condition must not change anything"),
			Map.entry("Ternary", "write it with 'and' and 'or', or " + LET_A_BEAN),
			Map.entry("Elvis",
					"a missing value must not stand for another one; say when to ask, as in "
							+ "'#amount == null or #amount > 100'"),
			Map.entry("OperatorMatches", LET_A_BEAN + ": a pattern easily misses a text, such as one with a line feed"),
			Map.entry("PropertyOrFieldReference", "write a parameter as '#amount'"),
			Map.entry("TypeReference", "only constants of a type can be named, as in 'T(java.time.DayOfWeek).FRIDAY'; "
					+ "otherwise, " + LET_A_BEAN));

	private static final Map<Class<?>, BiPredicate<@Nullable Object, @Nullable Object>> ORDERS = Map.of(OpLT.class,
			ConditionValues::isLess, OpGT.class, (left, right) -> ConditionValues.isLess(right, left), OpLE.class,
			(left, right) -> !ConditionValues.isLess(right, left), OpGE.class,
			(left, right) -> !ConditionValues.isLess(left, right));

	private static final Map<Class<?>, BiFunction<ExactNumber, ExactNumber, ExactNumber>> CALCULATIONS = Map.of(
			OpPlus.class, ExactNumber::plus, OpMinus.class, ExactNumber::minus, OpMultiply.class, ExactNumber::times,
			OpDivide.class, ExactNumber::dividedBy, OpModulus.class, ExactNumber::remainder, OperatorPower.class,
			ExactNumber::power);

	private final Method method;

	private final Map<String, Integer> names = new HashMap<>();

	private final Set<Integer> parameters = new HashSet<>();

	/**
	 * The number of reads from outside of the condition, which reveals a part that reads
	 * nothing.
	 */
	private int reads;

	private ApprovalConditionParser(Method method) {
		this.method = method;
		@Nullable String[] parameterNames = MethodArguments.PARAMETER_NAMES.getParameterNames(method);
		for (int i = 0; i < method.getParameterCount(); i++) {
			this.names.put("a" + i, i);
			this.names.put("p" + i, i);
		}
		for (int i = 0; parameterNames != null && i < parameterNames.length; i++) {
			String name = parameterNames[i];
			if (name != null) {
				// A parameter with a name such as p1 takes precedence over the index
				this.names.put(name, i);
			}
		}
	}

	/**
	 * Parse a condition.
	 * @param text the text
	 * @param method the guarded method
	 * @return the condition
	 * @throws IllegalArgumentException if the condition can't have a clear result
	 */
	public static ApprovalCondition parse(String text, Method method) {
		if (PLACEHOLDERS.stream().anyMatch(text::contains)) {
			throw refused(text, "'${...}' and '#{...}' are not replaced in a condition; " + LET_A_BEAN);
		}
		ApprovalConditionParser parser = new ApprovalConditionParser(method);
		return new ApprovalCondition(text, parser.truth(ast(text)), parser.parameters);
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

	/**
	 * Return the node of an expression that has to be {@code true} or {@code false}.
	 */
	private SpelNodeImpl truth(SpelNode node) {
		int before = this.reads;
		SpelNodeImpl result = node(node);
		if (this.reads == before) {
			throw refused(node, "it is the same for every call");
		}
		if (CALCULATIONS.containsKey(node.getClass())) {
			throw refused(node, "it is neither true nor false");
		}
		return result;
	}

	private SpelNodeImpl node(SpelNode node) {
		Class<?> type = node.getClass();
		if (node instanceof Literal literal) {
			return literal(literal);
		}
		if (type == VariableReference.class) {
			return parameter(node);
		}
		if (node instanceof BeanReference bean) {
			this.reads++;
			return bean;
		}
		if (type == CompoundExpression.class) {
			return path(node);
		}
		if (type == OpAnd.class || type == OpOr.class) {
			return junction(node);
		}
		if (type == OperatorNot.class) {
			SpelNodeImpl operand = truth(node.getChild(0));
			return new ConditionNode(node, (state) -> !ConditionValues.isTrue(operand.getValue(state)));
		}
		if (type == OpEQ.class || type == OpNE.class) {
			return equality(node, type == OpEQ.class);
		}
		if (type == OperatorBetween.class) {
			return between(node);
		}
		BiPredicate<@Nullable Object, @Nullable Object> order = ORDERS.get(type);
		if (order != null) {
			SpelNodeImpl left = number(node.getChild(0));
			SpelNodeImpl right = number(node.getChild(1));
			return new ConditionNode(node, (state) -> order.test(left.getValue(state), right.getValue(state)));
		}
		BiFunction<ExactNumber, ExactNumber, ExactNumber> calculation = CALCULATIONS.get(type);
		if (calculation != null) {
			return calculation(node, calculation);
		}
		throw refused(node, REFUSED_NODES.getOrDefault(type.getSimpleName(), LET_A_BEAN));
	}

	private static SpelNodeImpl literal(Literal literal) {
		if (literal instanceof RealLiteral || literal instanceof FloatLiteral) {
			// The value as written, and not the nearest double
			String text = String.valueOf(literal.getOriginalValue()).replaceAll("[fFdD]$", "");
			BigDecimal value = new BigDecimal(text);
			return new ConditionNode(literal, (state) -> value);
		}
		return literal;
	}

	private SpelNodeImpl parameter(SpelNode node) {
		Integer index = this.names.get(name(node));
		if (index == null) {
			throw refused(node, "it is no parameter. " + MethodArguments.describeNames(this.method));
		}
		this.reads++;
		this.parameters.add(index);
		return new ConditionNode(node, (state) -> arguments(state)[index]);
	}

	private static String name(SpelNode parameter) {
		return parameter.toStringAST().substring(1);
	}

	private static @Nullable Object[] arguments(ExpressionState state) {
		if (state.getRootContextObject().getValue() instanceof Object[] arguments) {
			return arguments;
		}
		throw new IllegalStateException("No arguments");
	}

	private SpelNodeImpl junction(SpelNode node) {
		boolean decisive = node instanceof OpOr;
		SpelNodeImpl left = truth(node.getChild(0));
		SpelNodeImpl right = truth(node.getChild(1));
		return new ConditionNode(node, (state) -> (ConditionValues.isTrue(left.getValue(state)) == decisive) ? decisive
				: ConditionValues.isTrue(right.getValue(state)));
	}

	private SpelNodeImpl equality(SpelNode node, boolean expected) {
		requireMayBeText(node, node.getChild(0), node.getChild(1));
		requireMayBeText(node, node.getChild(1), node.getChild(0));
		SpelNodeImpl left = node(node.getChild(0));
		SpelNodeImpl right = node(node.getChild(1));
		if (left instanceof NullLiteral) {
			return new ConditionNode(node, (state) -> (right.getValue(state) == null) == expected);
		}
		if (right instanceof NullLiteral) {
			return new ConditionNode(node, (state) -> (left.getValue(state) == null) == expected);
		}
		return new ConditionNode(node,
				(state) -> ConditionValues.isEqual(left.getValue(state), right.getValue(state)) == expected);
	}

	/**
	 * Require that a parameter can be a text if it is compared with a text literal.
	 */
	private void requireMayBeText(SpelNode node, SpelNode parameter, SpelNode text) {
		Integer index = (parameter instanceof VariableReference) ? this.names.get(name(parameter)) : null;
		if (index == null || !(text instanceof StringLiteral)) {
			return;
		}
		Class<?> type = this.method.getParameterTypes()[index];
		if (type.isEnum()) {
			throw refused(node, "a constant equals no text; write it as in 'T(%s).%s'".formatted(type.getName(),
					text.toStringAST().replace("'", "")));
		}
		if (!type.isAssignableFrom(String.class)) {
			throw refused(node, "a %s equals no text; remove the quotes".formatted(type.getName()));
		}
	}

	private SpelNodeImpl between(SpelNode node) {
		SpelNode limits = node.getChild(1);
		if (!(limits instanceof InlineList) || limits.getChildCount() != 2) {
			throw refused(node, "write the two limits as in '#amount between {1, 100}'");
		}
		SpelNodeImpl value = number(node.getChild(0));
		SpelNodeImpl low = number(limits.getChild(0));
		SpelNodeImpl high = number(limits.getChild(1));
		return new ConditionNode(node, (state) -> {
			Object tested = value.getValue(state);
			boolean below = ConditionValues.isLess(tested, low.getValue(state));
			// Both are evaluated, so that limits without a clear result are never skipped
			boolean above = ConditionValues.isLess(high.getValue(state), tested);
			return !below && !above;
		});
	}

	private SpelNodeImpl calculation(SpelNode node, BiFunction<ExactNumber, ExactNumber, ExactNumber> calculation) {
		SpelNodeImpl left = number(node.getChild(0));
		if (node.getChildCount() == 1) {
			boolean negative = node instanceof OpMinus;
			return new ConditionNode(node, (state) -> {
				ExactNumber value = ExactNumber.of(left.getValue(state));
				return negative ? value.negate() : value;
			});
		}
		SpelNodeImpl right = number(node.getChild(1));
		return new ConditionNode(node, (state) -> calculation.apply(ExactNumber.of(left.getValue(state)),
				ExactNumber.of(right.getValue(state))));
	}

	/**
	 * Return the node of an operand of an order comparison or a calculation.
	 */
	private SpelNodeImpl number(SpelNode node) {
		if (node instanceof StringLiteral) {
			throw refused(node, "text is no number, and '1000' would be less than '200'; remove the quotes");
		}
		return node(node);
	}

	private SpelNodeImpl path(SpelNode node) {
		List<Step> steps = new ArrayList<>();
		SpelNode start = node.getChild(0);
		int next = 1;
		SpelNodeImpl first;
		if (start instanceof TypeReference type) {
			Object constant = constant(node, type, node.getChild(next++));
			first = new ConditionNode(start, (state) -> constant);
		}
		else if (start instanceof InlineList && node.getChildCount() == 2
				&& node.getChild(1) instanceof MethodReference method && method.getName().equals("contains")
				&& method.getChildCount() == 1) {
			return oneOf(node, start, method.getChild(0));
		}
		else {
			first = node(start);
		}
		for (int i = next; i < node.getChildCount(); i++) {
			steps.add(step(node.getChild(i)));
		}
		requireProperties(node);
		ConditionNode.Evaluation read = (state) -> {
			Object value = first.getValue(state);
			for (Step step : steps) {
				value = step.take(value, state);
			}
			return value;
		};
		return new ConditionNode(node, (start instanceof VariableReference) ? (state) -> twice(read, state) : read);
	}

	/**
	 * Require that the properties of a parameter exist. This is known only for a final
	 * class, such as a record, since nothing extends it.
	 */
	private void requireProperties(SpelNode path) {
		SpelNode start = path.getChild(0);
		Integer index = (start instanceof VariableReference) ? this.names.get(name(start)) : null;
		Class<?> type = (index != null) ? this.method.getParameterTypes()[index] : Object.class;
		for (int i = 1; i < path.getChildCount() && isKnown(type)
				&& path.getChild(i) instanceof PropertyOrFieldReference property; i++) {
			Class<?> propertyType = WholePropertyAccessor.typeOf(type, property.getName());
			if (propertyType == null) {
				throw refused(path, "%s has no property '%s'".formatted(type.getName(), property.getName()));
			}
			type = propertyType;
		}
	}

	private static boolean isKnown(Class<?> type) {
		return Modifier.isFinal(type.getModifiers()) && !type.isArray() && !type.isPrimitive()
				&& !NativeDetector.inNativeImage();
	}

	/**
	 * Read a value from an argument. It is read twice, since a value that changes with
	 * each reading could otherwise show one value to this comparison and another to the
	 * next.
	 */
	private static @Nullable Object twice(ConditionNode.Evaluation read, ExpressionState state) {
		Object value = read.evaluate(state);
		Object again = read.evaluate(state);
		if (ConditionValues.isUnchangeable(value) && !Objects.equals(value, again)) {
			throw UnclearConditionException.changed();
		}
		return again;
	}

	private SpelNodeImpl oneOf(SpelNode node, SpelNode list, SpelNode value) {
		List<SpelNodeImpl> candidates = IntStream.range(0, list.getChildCount())
			.mapToObj((i) -> node(list.getChild(i)))
			.toList();
		SpelNodeImpl searched = node(value);
		return new ConditionNode(node, (state) -> {
			List<@Nullable Object> values = new ArrayList<>();
			candidates.forEach((candidate) -> values.add(candidate.getValue(state)));
			return ConditionContainers.contains(values, searched.getValue(state));
		});
	}

	private Step step(SpelNode node) {
		if (node instanceof SpelNodeImpl implementation && implementation.isNullSafe()) {
			throw refused("?." + node.toStringAST(), REFUSED_NODES.get("Elvis"));
		}
		if (node instanceof PropertyOrFieldReference property) {
			return (target, state) -> in(target, state, property);
		}
		if (node instanceof MethodReference method) {
			return call(method);
		}
		if (node instanceof Indexer) {
			if (node.getChild(0) instanceof PropertyOrFieldReference) {
				throw refused(node, "write the key in quotes");
			}
			SpelNodeImpl index = node(node.getChild(0));
			return (target, state) -> ConditionContainers.element(target, index.getValue(state));
		}
		throw refused(node, LET_A_BEAN);
	}

	private Step call(MethodReference method) {
		String reason = REFUSED_METHODS.get(method.getName());
		if (reason != null) {
			throw refused(method, reason);
		}
		SpelNodeImpl[] arguments = IntStream.range(0, method.getChildCount())
			.mapToObj((i) -> argument(method.getChild(i)))
			.toArray(SpelNodeImpl[]::new);
		MethodReference call = new MethodReference(false, method.getName(), method.getStartPosition(),
				method.getEndPosition(), arguments);
		return (target, state) -> {
			if (target instanceof Collection || target instanceof Map) {
				return ConditionContainers.call(target, method.getName(),
						Arrays.stream(arguments).map((argument) -> argument.getValue(state)).toArray());
			}
			return in(target, state, call);
		};
	}

	private SpelNodeImpl argument(SpelNode node) {
		SpelNodeImpl argument = node(node);
		return new ConditionNode(node, (state) -> {
			Object value = argument.getValue(state);
			return (value instanceof ExactNumber number) ? number.exact() : ConditionValues.requireClear(value);
		});
	}

	private static @Nullable Object in(@Nullable Object target, ExpressionState state, SpelNodeImpl node) {
		if (target == null) {
			throw new UnclearConditionException("'%s' is read of null".formatted(node.toStringAST()));
		}
		state.pushActiveContextObject(new TypedValue(ConditionValues.requireClear(target)));
		try {
			return node.getValue(state);
		}
		finally {
			state.popActiveContextObject();
		}
	}

	private Object constant(SpelNode node, TypeReference reference, SpelNode member) {
		try {
			StandardEvaluationContext context = new StandardEvaluationContext();
			context.setTypeLocator((name) -> find(node, name));
			if (reference.getValue(new ExpressionState(context)) instanceof Class<?> type
					&& member instanceof PropertyOrFieldReference constant) {
				Field field = type.getField(constant.getName());
				int modifiers = field.getModifiers();
				if (Modifier.isStatic(modifiers) && Modifier.isFinal(modifiers) && field.trySetAccessible()) {
					Object value = field.get(null);
					if (value != null && ConditionValues.isUnchangeable(value)) {
						return value;
					}
				}
			}
		}
		catch (EvaluationException | NoSuchFieldException | IllegalAccessException ex) {
			// Not the name of a constant
		}
		throw refused(node, REFUSED_NODES.get("TypeReference"));
	}

	private Class<?> find(SpelNode node, String type) {
		ClassLoader classLoader = this.method.getDeclaringClass().getClassLoader();
		try {
			return ClassUtils.isPresent(type, classLoader) ? ClassUtils.resolveClassName(type, classLoader)
					: new StandardTypeLocator(classLoader).findType(type);
		}
		catch (EvaluationException ex) {
			throw refused(node, "there is no type '%s'; write its name with its package".formatted(type));
		}
	}

	private static IllegalArgumentException refused(SpelNode node, @Nullable String reason) {
		return refused(node.toStringAST(), reason);
	}

	private static IllegalArgumentException refused(String node, @Nullable String reason) {
		return new IllegalArgumentException(
				"'%s' can't decide whether approval is required: %s".formatted(node, reason));
	}

	/**
	 * Reads one member, element or method result of a value.
	 */
	private interface Step {

		@Nullable Object take(@Nullable Object target, ExpressionState state);

	}

}
