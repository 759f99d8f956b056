package io.airlockapp.gateway.approval;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.expression.Expression;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/**
 * Evaluates the conditions of {@link RequiresAirlockApproval}. Parameters are there by
 * name, beans with {@code @}.
 */
final class ApprovalExpressions {

	private static final Log logger = LogFactory.getLog(ApprovalExpressions.class);

	private final Set<String> warned = ConcurrentHashMap.newKeySet();

	private final BeanFactory beanFactory;

	ApprovalExpressions(BeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	/**
	 * Return whether a call needs approval.
	 * @param condition the condition
	 * @param arguments the call
	 * @return {@code false} only if the condition is exactly that
	 */
	boolean needsApproval(Expression condition, MethodArguments arguments) {
		try {
			return !Boolean.FALSE.equals(condition.getValue(context(arguments)));
		}
		catch (RuntimeException ex) {
			warn("The condition '%s' of %s can't be evaluated (%s), so the person is asked"
				.formatted(condition.getExpressionString(), arguments, ex.getClass().getSimpleName()));
			return true;
		}
	}

	private StandardEvaluationContext context(MethodArguments arguments) {
		ArgumentContext context = new ArgumentContext(arguments);
		context.setBeanResolver(new BeanFactoryResolver(this.beanFactory));
		return context;
	}

	private void warn(String message) {
		if (this.warned.add(message)) {
			logger.warn(message);
		}
		else {
			logger.debug(message);
		}
	}

}
