package io.airlockapp.gateway.approval.argument;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

import org.springframework.expression.Expression;
import org.springframework.expression.ParserContext;
import org.springframework.expression.common.CompositeStringExpression;
import org.springframework.expression.common.LiteralExpression;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.CompoundExpression;
import org.springframework.expression.spel.ast.Indexer;
import org.springframework.expression.spel.ast.IntLiteral;
import org.springframework.expression.spel.ast.Literal;
import org.springframework.expression.spel.ast.PropertyOrFieldReference;
import org.springframework.expression.spel.ast.StringLiteral;
import org.springframework.expression.spel.ast.VariableReference;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/**
 * Parses the templates of descriptions. They have the form of SpEL templates, but only
 * name arguments and parts of them: whatever computes something is refused, since it
 * would read the arguments themselves and not their snapshot.
 */
public final class DescriptionParser {

	private static final SpelExpressionParser parser = new SpelExpressionParser();

	private final Method method;

	private final List<String> names;

	private DescriptionParser(Method method) {
		this.method = method;
		this.names = MethodArguments.names(method);
	}

	/**
	 * Parse a template.
	 * @param template the template
	 * @param method the method whose calls it describes
	 * @return the parsed template
	 * @throws IllegalArgumentException if it has anything else than arguments and parts
	 * of them
	 * @throws org.springframework.expression.ParseException if it is no template
	 */
	public static DescriptionTemplate parse(String template, Method method) {
		if (template.contains("${")) {
			throw new IllegalArgumentException(
					"'${...}' is not replaced in a description: write an argument as in '#{#amount}'");
		}
		DescriptionParser parser = new DescriptionParser(method);
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
			return new DescriptionTemplate.Value(argument(node), List.of());
		}
		if (!(node instanceof CompoundExpression) || !(node.getChild(0) instanceof VariableReference)) {
			throw unusable(node, node);
		}
		return new DescriptionTemplate.Value(argument(node.getChild(0)),
				IntStream.range(1, node.getChildCount()).mapToObj((i) -> step(node, node.getChild(i))).toList());
	}

	/**
	 * Return the name of an argument. Names go before indexes, as in conditions.
	 */
	private String argument(SpelNode variable) {
		String name = variable.toStringAST().substring(1);
		int parameter = this.names.indexOf(name);
		for (int i = 0; parameter == -1 && i < this.names.size(); i++) {
			parameter = (name.equals("a" + i) || name.equals("p" + i)) ? i : -1;
		}
		if (parameter == -1) {
			throw new IllegalArgumentException(
					"'#%s' is no parameter. %s".formatted(name, MethodArguments.describeNames(this.method)));
		}
		return this.names.get(parameter);
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

	private static IllegalArgumentException unusable(SpelNode expression, SpelNode node) {
		return new IllegalArgumentException(
				("'#{%s}' has something that is no argument ('%s'). A description only shows arguments and parts of them, "
						+ "such as #{#order.customer.name}, #{#items[0].sku} or #{#limits['day']}: have what it would compute "
						+ "passed as an argument, or write it without")
					.formatted(expression.toStringAST(), node.toStringAST()));
	}

}
