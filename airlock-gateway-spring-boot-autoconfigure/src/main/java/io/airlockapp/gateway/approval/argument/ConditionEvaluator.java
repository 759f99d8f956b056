package io.airlockapp.gateway.approval.argument;

import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.approval.argument.json.Masking;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.expression.spel.SpelEvaluationException;

/**
 * Evaluates the condition of a method to decide whether a call needs approval. Approval
 * is required unless the result is a clear {@code false} that does not change when the
 * arguments are read again.
 */
public final class ConditionEvaluator {

	private final ConditionContext context;

	private final Supplier<ArgumentWriter> argumentWriter;

	public ConditionEvaluator(BeanFactory beanFactory, Supplier<ArgumentWriter> argumentWriter) {
		this.context = new ConditionContext(beanFactory);
		this.argumentWriter = argumentWriter;
	}

	/**
	 * Return whether a call needs approval. If it does not, its arguments have just been
	 * read.
	 * @param condition the condition
	 * @param arguments the call
	 * @return {@code false} only if the condition is clearly {@code false}
	 */
	public boolean needsApproval(ApprovalCondition condition, MethodArguments arguments) {
		try {
			return condition.isTrue(this.context, arguments) || !isStable(condition, arguments);
		}
		catch (RuntimeException | Error ex) {
			condition.warn(arguments, reason(ex));
			return true;
		}
	}

	/**
	 * Return whether a condition that is {@code false} remains so. It is evaluated twice
	 * in succession, which detects arguments that change with every second reading,
	 * regardless of how they are written.
	 */
	private boolean isStable(ApprovalCondition condition, MethodArguments arguments) {
		MethodArguments changeable = condition.changeable(arguments);
		if (changeable == null) {
			return true;
		}
		Masking masking = new Masking();
		requireFalse(condition, arguments);
		String before = digest(changeable, masking);
		requireFalse(condition, arguments);
		if (!before.equals(digest(changeable, masking))) {
			throw UnclearConditionException.changed();
		}
		return true;
	}

	private void requireFalse(ApprovalCondition condition, MethodArguments arguments) {
		if (condition.isTrue(this.context, arguments)) {
			throw UnclearConditionException.changed();
		}
	}

	private String digest(MethodArguments arguments, Masking masking) {
		return ArgumentWriter.digest(this.argumentWriter.get().write(arguments, masking));
	}

	private static String reason(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof UnclearConditionException || cause instanceof AirlockGatewayException) {
				return String.valueOf(cause.getMessage());
			}
		}
		// Other messages may contain argument values
		String type = failure.getClass().getSimpleName();
		return (failure instanceof SpelEvaluationException spel) ? type + " " + spel.getMessageCode() : type;
	}

}
