package io.airlockapp.gateway.approval.argument;

import java.util.Set;

import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.expression.EvaluationContext;
import org.springframework.expression.TypedValue;
import org.springframework.expression.spel.ExpressionState;
import org.springframework.expression.spel.SpelParserConfiguration;
import org.springframework.expression.spel.ast.SpelNodeImpl;

/**
 * Parsed condition of one guarded method.
 */
public final class ApprovalCondition {

	private static final Log logger = LogFactory.getLog(ApprovalCondition.class);

	private static final SpelParserConfiguration configuration = new SpelParserConfiguration();

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	private final String text;

	private final SpelNodeImpl root;

	private final Set<Integer> parameters;

	/**
	 * Create a condition.
	 * @param text the text in the annotation
	 * @param root the node to evaluate, with the arguments as the root object
	 * @param parameters the indexes of the parameters that the condition reads
	 */
	ApprovalCondition(String text, SpelNodeImpl root, Set<Integer> parameters) {
		this.text = text;
		this.root = root;
		this.parameters = Set.copyOf(parameters);
	}

	/**
	 * Return the result for a call.
	 * @throws RuntimeException if the result is not clear
	 */
	boolean isTrue(EvaluationContext context, MethodArguments arguments) {
		return ConditionValues.isTrue(this.root
			.getValue(new ExpressionState(context, new TypedValue(arguments.values(), null), configuration)));
	}

	/**
	 * Return a call with only those arguments that the condition reads and that may
	 * change between two readings.
	 * @return the call, or {@code null} if there are no such arguments
	 */
	@Nullable MethodArguments changeable(MethodArguments arguments) {
		@Nullable Object[] values = arguments.values();
		@Nullable Object[] changeable = null;
		for (int index : this.parameters) {
			if (!ConditionValues.isUnchangeable(values[index])) {
				changeable = (changeable != null) ? changeable : new Object[values.length];
				changeable[index] = values[index];
			}
		}
		return (changeable != null) ? new MethodArguments(arguments.targetClass(), arguments.method(), changeable)
				: null;
	}

	/**
	 * Log the reason why the result is not clear.
	 * @param arguments the call
	 * @param reason the reason, without argument values
	 */
	void warn(MethodArguments arguments, String reason) {
		String message = "The condition '%s' of %s has no clear result, so approval is requested: %s"
			.formatted(this.text, arguments, reason);
		this.warnings.warn(message);
	}

	@Override
	public String toString() {
		return this.text;
	}

}
