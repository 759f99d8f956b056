package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;

import org.springframework.aop.support.StaticMethodMatcherPointcut;

/**
 * Matches the methods with {@link RequiresAirlockApproval}.
 */
final class GuardedMethodPointcut extends StaticMethodMatcherPointcut {

	private final ApprovalAttributeSource attributes;

	GuardedMethodPointcut(ApprovalAttributeSource attributes) {
		this.attributes = attributes;
		setClassFilter(GuardedTypes::mayGuard);
	}

	@Override
	public boolean matches(Method method, Class<?> targetClass) {
		return this.attributes.find(method, targetClass) != null;
	}

}
