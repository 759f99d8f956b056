/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.condition;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.airlockapp.gateway.approval.snapshot.MethodArguments;
import io.airlockapp.gateway.approval.snapshot.SnapshotNode;
import io.airlockapp.gateway.approval.snapshot.TextAbridger;
import io.airlockapp.gateway.approval.snapshot.ValueText;
import io.airlockapp.gateway.support.VisibleText;

import org.springframework.expression.Expression;
import org.springframework.expression.ParserContext;
import org.springframework.expression.common.CompositeStringExpression;
import org.springframework.expression.common.LiteralExpression;
import org.springframework.expression.spel.SpelNode;
import org.springframework.expression.spel.ast.Literal;
import org.springframework.expression.spel.standard.SpelExpression;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.util.Assert;

/**
 * Template of a description. It has the form of a SpEL template, but only refers to
 * arguments and parts of them. It shows only the content of the snapshot of a call, so it
 * can neither contradict the command, nor load or change anything.
 */
public final class DescriptionTemplate {

	/**
	 * The maximum length of a description, so that it can be read at a glance.
	 */
	static final int MAX_LENGTH = 4000;

	/**
	 * The maximum length of a value. The command contains the rest.
	 */
	static final int MAX_VALUE_LENGTH = 200;

	/**
	 * The length of texts, without the note that is added to longer ones.
	 */
	private static final int TEXT_LENGTH = 100;

	private static final Pattern PLACEHOLDER = Pattern.compile("#[\\p{L}\\d_$]+|(?<=\\{)[\\p{L}\\d_$]+(?=})");

	private final List<Object> parts;

	private final boolean rightToLeft;

	private DescriptionTemplate(List<Object> parts) {
		this.parts = List.copyOf(parts);
		this.rightToLeft = parts.stream()
			.anyMatch((part) -> part instanceof String text && VisibleText.hasRightToLeft(text));
		int length = parts.stream()
			.mapToInt((part) -> (part instanceof String text) ? text.length() : MAX_VALUE_LENGTH)
			.sum();
		Assert.isTrue(length <= MAX_LENGTH,
				() -> ("it can become %s characters long, and may become %s: shorten the text, "
						+ "or show fewer arguments, because all are in the command anyway")
					.formatted(length, MAX_LENGTH));
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
		Assert.isTrue(!template.contains("${"),
				"'${...}' is not replaced in a description: write an argument as in '#{#amount}'");
		Expression expression = new SpelExpressionParser().parseExpression(template, ParserContext.TEMPLATE_EXPRESSION);
		Expression[] parts = (expression instanceof CompositeStringExpression composite) ? composite.getExpressions()
				: new Expression[] { expression };
		PathParser paths = new PathParser(type, method, "");
		List<Object> parsed = Arrays.stream(parts)
			.map((part) -> part(part, paths, MethodArguments.names(method)))
			.filter((part) -> !part.equals(""))
			.toList();
		for (int i = 1; i < parsed.size(); i++) {
			if (parsed.get(i - 1) instanceof SnapshotPath one && parsed.get(i) instanceof SnapshotPath other) {
				throw new IllegalArgumentException(
						"the values of '#{%s}#{%s}' would look like one: write a text between them"
							.formatted(one.text(), other.text()));
			}
		}
		return new DescriptionTemplate(parsed);
	}

	private static Object part(Expression expression, PathParser paths, List<String> names) {
		if (expression instanceof LiteralExpression literal) {
			String text = literal.getExpressionString();
			PLACEHOLDER.matcher(text)
				.results()
				.map((placeholder) -> placeholder.group().replace("#", ""))
				.filter(names::contains)
				.findFirst()
				.ifPresent((name) -> {
					throw new IllegalArgumentException(
							"it contains the name of the argument '%1$s', not its value: write it as '#{#%1$s}'"
								.formatted(name));
				});
			return text;
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

	/**
	 * Return the description of a call.
	 * @param snapshot returns the snapshot of the argument with an index
	 * @return the description
	 */
	public String describe(IntFunction<SnapshotNode> snapshot) {
		return this.parts.stream()
			.map((part) -> (part instanceof SnapshotPath path) ? value(path, snapshot) : part.toString())
			.collect(Collectors.joining());
	}

	private String value(SnapshotPath path, IntFunction<SnapshotNode> snapshot) {
		String value = describe(path, snapshot);
		return this.rightToLeft ? VisibleText.isolate(value) : value;
	}

	private static String describe(SnapshotPath path, IntFunction<SnapshotNode> snapshot) {
		SnapshotNode part = path.find(snapshot.apply(path.parameter()), false);
		if (part == null) {
			return ValueText.NONE;
		}
		String text = new ValueText(new TextAbridger(TEXT_LENGTH)).of(part);
		return (text.length() <= MAX_VALUE_LENGTH) ? text
				: "<%s characters>".formatted(ValueText.FULL.of(part).length());
	}

}
