package io.airlockapp.gateway.approval.argument;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import org.jspecify.annotations.Nullable;

import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.expression.Expression;
import org.springframework.expression.ParserContext;
import org.springframework.expression.common.CompositeStringExpression;
import org.springframework.expression.common.LiteralExpression;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.Assign;
import org.springframework.expression.spel.ast.BeanReference;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.ConstructorReference;
import org.springframework.expression.spel.ast.Elvis;
import org.springframework.expression.spel.ast.FunctionReference;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.InlineList;
import org.springframework.expression.spel.ast.InlineMap;
import org.springframework.expression.spel.ast.IntLiteral;
import org.springframework.expression.spel.ast.Literal;
import org.springframework.expression.spel.ast.MethodReference;
import org.springframework.expression.spel.ast.Operator;
import org.springframework.expression.spel.ast.Projection;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.Selection;
import org.springframework.expression.spel.ast.StringLiteral;
import org.springframework.expression.spel.ast.Ternary;
import org.springframework.expression.spel.ast.TypeReference;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/**
 * Parses the templates of descriptions. They have the form of SpEL templates, but only
 * refer to arguments and parts of them. Any expression that computes a value is refused,
 * since it would read the arguments themselves and not their snapshot.
 */
public final class DescriptionParser {

	private static final SpelExpressionParser parser = new SpelExpressionParser();

	private final Class<?> type;

	private final Method method;

	private final List<String> names;

	private DescriptionParser(Class<?> type, Method method) {
		this.type = type;
		this.method = method;
		this.names = MethodArguments.names(method);
	}

	/**
	 * Parse a template.
	 * @param template the template
	 * @param type the class of the method
	 * @param method the method whose calls are described
	 * @return the parsed template
	 * @throws IllegalArgumentException if the template contains anything other than
	 * arguments and parts of them, or a part that no call can have
	 * @throws org.springframework.expression.ParseException if the template is malformed
	 */
	public static DescriptionTemplate parse(String template, Class<?> type, Method method) {
		if (template.contains("${")) {
			throw new IllegalArgumentException(
					"'${...}' is not replaced in a description: write an argument as in '#{#amount}'");
		}
		DescriptionParser parser = new DescriptionParser(type, method);
		return new DescriptionTemplate(
				parser.parts(DescriptionParser.parser.parseExpression(template, ParserContext.TEMPLATE_EXPRESSION)));
	}

	private List<DescriptionTemplate.Part> parts(Expression expression) {
		if (expression instanceof CompositeStringExpression composite) {
			return Arrays.stream(composite.getExpressions()).flatMap((part) -> parts(part).stream()).toList();
		}
		if (expression instanceof LiteralExpression literal) {
			return List.of(new DescriptionTemplate.Text(literal.getExpressionString()));
		}
		if (expression instanceof SpelExpression spel) {
			return List.of(part(spel.getAST()));
		}
		throw new IllegalArgumentException("it is no template with expressions in #{}");
	}

	private DescriptionTemplate.Part part(SpelNode node) {
		if (node instanceof Literal literal) {
			return new DescriptionTemplate.Text(String.valueOf(literal.getLiteralValue().getValue()));
		}
		if (node instanceof VariableReference) {
			return new DescriptionTemplate.Value(this.names.get(parameter(node)), List.of());
		}
		if (!(node instanceof CompoundExpression) || !(node.getChild(0) instanceof VariableReference)) {
			throw unusable(node, node);
		}
		int parameter = parameter(node.getChild(0));
		ResolvableType type = ResolvableType
			.forMethodParameter(new MethodParameter(this.method, parameter).withContainingClass(this.type));
		List<String> steps = new ArrayList<>();
		for (int i = 1; i < node.getChildCount(); i++) {
			SpelNode child = node.getChild(i);
			String step = step(node, child);
			type = part(type, child, step);
			steps.add(step);
		}
		return new DescriptionTemplate.Value(this.names.get(parameter), steps);
	}

	/**
	 * Return the index of a parameter. Names take precedence over indexes, as in
	 * conditions.
	 */
	private int parameter(SpelNode variable) {
		String name = variable.toStringAST().substring(1);
		int parameter = this.names.indexOf(name);
		for (int i = 0; parameter == -1 && i < this.names.size(); i++) {
			parameter = (name.equals("a" + i) || name.equals("p" + i)) ? i : -1;
		}
		if (parameter == -1) {
			throw new IllegalArgumentException(
					"'#%s' is no parameter. %s".formatted(name, MethodArguments.describeNames(this.method)));
		}
		return parameter;
	}

	private static String step(SpelNode expression, SpelNode node) {
		if (node instanceof PropertyOrFieldReference property) {
			return property.getName();
		}
		if (node instanceof Indexer && node.getChildCount() == 1) {
			SpelNode index = node.getChild(0);
			if (index instanceof StringLiteral || index instanceof IntLiteral) {
				return String.valueOf(((Literal) index).getLiteralValue().getValue());
			}
		}
		throw unusable(expression, node);
	}

	private static ResolvableType part(ResolvableType type, SpelNode node, String step) {
		if (node instanceof Indexer) {
			return (node.getChild(0) instanceof IntLiteral) ? DeclaredParts.element(type, step)
					: DeclaredParts.entry(type, step);
		}
		return DeclaredParts.property(type, step);
	}

	private static IllegalArgumentException unusable(SpelNode expression, SpelNode node) {
		return new IllegalArgumentException(
				("'#{%s}' has %s. A description only shows arguments and parts of them, such "
						+ "as #{#order.customer.name}, #{#items[0].sku} or #{#limits['day']}: have what it would compute "
						+ "passed as an argument, or write it without")
					.formatted(expression.toStringAST(), construct(node)));
	}

	private static String construct(SpelNode node) {
		String construct = nameOf(node);
		if (construct != null) {
			return "%s ('%s')".formatted(construct, node.toStringAST());
		}
		return IntStream.range(0, node.getChildCount())
			.mapToObj(node::getChild)
			.filter((child) -> nameOf(child) != null)
			.findFirst()
			.map(DescriptionParser::construct)
			.orElseGet(() -> "something that is no argument ('%s')".formatted(node.toStringAST()));
	}

	private static @Nullable String nameOf(SpelNode node) {
		if (node instanceof MethodReference) {
			return "a method call";
		}
		if (node instanceof BeanReference) {
			return "a bean";
		}
		if (node instanceof TypeReference) {
			return "a type";
		}
		if (node instanceof ConstructorReference) {
			return "a constructor";
		}
		if (node instanceof FunctionReference) {
			return "a function";
		}
		if (node instanceof Ternary || node instanceof Elvis) {
			return "a choice";
		}
		if (node instanceof Projection || node instanceof Selection) {
			return "a projection or selection";
		}
		if (node instanceof Assign) {
			return "an assignment";
		}
		if (node instanceof InlineList || node instanceof InlineMap) {
			return "a list or map";
		}
		if (node instanceof Indexer) {
			return "a computed index";
		}
		return (node instanceof Operator) ? "an operator" : null;
	}

}
