package io.airlockapp.gateway.approval.condition;

import java.util.Set;

import io.airlockapp.gateway.approval.argument.MethodArguments;
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
	 * @param root what evaluates to the result, with the arguments as root object
	 * @param parameters the indexes of the parameters that it reads
	 */
	ApprovalCondition(String text, SpelNodeImpl root, Set<Integer> parameters) {
		this.text = text;
		this.root = root;
		this.parameters = Set.copyOf(parameters);
	}

	/**
	 * Return the result for a call.
	 * @param context what of SpEL is used
	 * @param arguments the call
	 * @return whether the condition is true
	 * @throws RuntimeException if it has no clear result
	 */
	boolean isTrue(EvaluationContext context, MethodArguments arguments) {
		return ConditionValues.isTrue(this.root
			.getValue(new ExpressionState(context, new TypedValue(arguments.values(), null), configuration)));
	}

	/**
	 * Return a call with those arguments only that the condition reads and that may not
	 * be the same when they are read again.
	 * @param arguments the call
	 * @return the call, or {@code null} if it has no such argument
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
	 * Log why nobody knows whether a person has to be asked.
	 * @param arguments the call
	 * @param reason the reason, without any argument's value
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
