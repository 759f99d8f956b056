package io.airlockapp.gateway.approval.method;

import java.lang.reflect.Method;

import io.airlockapp.gateway.approval.RequiresAirlockApproval;

import org.springframework.aop.support.StaticMethodMatcherPointcut;
import org.springframework.context.aot.AbstractAotProcessor;

/**
 * Matches the methods with {@link RequiresAirlockApproval}.
 */
public final class GuardedMethodPointcut extends StaticMethodMatcherPointcut {

	private final ApprovalAttributeSource attributes;

	public GuardedMethodPointcut(ApprovalAttributeSource attributes) {
		this.attributes = attributes;
		setClassFilter(GuardedTypes::mayGuard);
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		if (Boolean.getBoolean(AbstractAotProcessor.AOT_PROCESSING)) {
			// Placeholders get their values where the application runs
			return this.attributes.isPresent(method, targetClass);
		}
		return this.attributes.find(method, targetClass) != null;
	}

}
