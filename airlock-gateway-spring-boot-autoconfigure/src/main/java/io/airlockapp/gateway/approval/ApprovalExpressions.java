package io.airlockapp.gateway.approval;

import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import io.airlockapp.gateway.approval.MethodArguments.Argument;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.context.expression.BeanFactoryResolver;
import org.springframework.expression.Expression;
import org.springframework.expression.common.CompositeStringExpression;
import org.springframework.expression.common.LiteralExpression;
import org.springframework.expression.spel.support.StandardEvaluationContext;

/**
 * Evaluates the descriptions of {@link RequiresAirlockApproval}. Parameters are there by
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
	 * Return what the person reads.
	 * @param template the description's template
	 * @param arguments the call
	 * @return the description, or the template itself if it can't be evaluated; the
	 * person sees the arguments anyway
	 */
	String describe(Expression template, MethodArguments arguments) {
		try {
			StandardEvaluationContext context = context(arguments);
			MaskingAccess.addTo(context);
			int index = 0;
			for (Argument argument : arguments.list()) {
				if (argument.sensitive()) {
					context.setVariable(argument.name(), Masking.MASK);
					context.setVariable("a" + index, Masking.MASK);
					context.setVariable("p" + index, Masking.MASK);
				}
				index++;
			}
			String description = text(template, context);
			return (description != null) ? description : template.getExpressionString();
		}
		catch (RuntimeException ex) {
			warn("The description '%s' of %s can't be evaluated (%s)".formatted(template.getExpressionString(),
					arguments, ex.getClass().getSimpleName()));
			return template.getExpressionString();
		}
	}

	private static @Nullable String text(Expression template, StandardEvaluationContext context) {
		if (template instanceof CompositeStringExpression composite) {
			return Arrays.stream(composite.getExpressions())
				.map((part) -> Objects.requireNonNullElse(text(part, context), ""))
				.collect(Collectors.joining());
		}
		String text = template.getValue(context, String.class);
		// What the template itself says may well be written from right to left
		return (text != null && !(template instanceof LiteralExpression)) ? CommandText.visible(text) : text;
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
