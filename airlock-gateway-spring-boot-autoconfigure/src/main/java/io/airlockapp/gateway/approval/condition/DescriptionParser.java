package io.airlockapp.gateway.approval.condition;

import java.lang.reflect.Method;
import java.util.Arrays;

import org.springframework.expression.Expression;
import org.springframework.expression.ParserContext;
import org.springframework.expression.common.CompositeStringExpression;
import org.springframework.expression.common.LiteralExpression;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.Literal;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;

/**
 * Parses the templates of descriptions. They have the form of SpEL templates, but only
 * refer to arguments and parts of them. Any expression that computes a value is refused.
 */
public final class DescriptionParser {

	private DescriptionParser() {
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
		Expression expression = new SpelExpressionParser().parseExpression(template, ParserContext.TEMPLATE_EXPRESSION);
		Expression[] parts = (expression instanceof CompositeStringExpression composite) ? composite.getExpressions()
				: new Expression[] { expression };
		PathParser paths = new PathParser(type, method);
		return new DescriptionTemplate(Arrays.stream(parts).map((part) -> part(part, paths)).toList());
	}

	private static Object part(Expression expression, PathParser paths) {
		if (expression instanceof LiteralExpression literal) {
			return literal.getExpressionString();
		}
		SpelNode node = ((SpelExpression) expression).getAST();
		if (node instanceof Literal literal) {
			return String.valueOf(literal.getLiteralValue().getValue());
		}
		try {
			return paths.parse(node, node.getChildCount());
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					("'#{%s}' cannot be shown: %s. A description only shows arguments and parts of them, such as "
							+ "#{#order.customer.name}, #{#items[0].sku} or #{#limits['day']}: have what it would compute "
							+ "passed as an argument, or write it without")
						.formatted(node.toStringAST(), ex.getMessage()),
					ex);
		}
	}

}
