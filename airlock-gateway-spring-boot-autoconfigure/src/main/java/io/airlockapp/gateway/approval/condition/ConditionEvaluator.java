package io.airlockapp.gateway.approval.condition;

import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.approval.argument.ArgumentWriter;
import io.airlockapp.gateway.approval.argument.MethodArguments;
import io.airlockapp.gateway.approval.argument.json.Masking;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.expression.spel.SpelEvaluationException;

/**
 * Evaluates the condition of a method to decide whether a call needs approval. Unless the
 * result is a clear {@code false}, now and when the arguments are read again, approval is
 * required.
 */
public final class ConditionEvaluator {

	private final ConditionContext context;

	private final Supplier<ArgumentWriter> argumentWriter;

	public ConditionEvaluator(BeanFactory beanFactory, Supplier<ArgumentWriter> argumentWriter) {
		this.context = new ConditionContext(beanFactory);
		this.argumentWriter = argumentWriter;
	}

	/**
	 * Return whether a call needs approval. If it doesn't, its arguments were read a
	 * moment ago.
	 * @param condition the condition
	 * @param arguments the call
	 * @return {@code false} only if the condition is exactly that
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
	 * Return whether a condition that is {@code false} stays so. It is read twice at
	 * once, which is enough for arguments that are other ones each second time, whichever
	 * way they are written.
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
		// Any other message may repeat an argument
		String type = failure.getClass().getSimpleName();
		return (failure instanceof SpelEvaluationException spel) ? type + " " + spel.getMessageCode() : type;
	}

}
