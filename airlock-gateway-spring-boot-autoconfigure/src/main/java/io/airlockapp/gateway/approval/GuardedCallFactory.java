package io.airlockapp.gateway.approval;

import java.lang.reflect.Method;
import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInvocation;

import org.springframework.aop.support.AopUtils;
import org.springframework.util.ClassUtils;

/**
 * Makes a {@link GuardedCall} of an invocation.
 */
final class GuardedCallFactory {

	private final ApprovalAttributeSource attributes;

	private final ApprovalExpressions expressions;

	private final Supplier<ArgumentWriter> argumentWriter;

	GuardedCallFactory(ApprovalAttributeSource attributes, ApprovalExpressions expressions,
			Supplier<ArgumentWriter> argumentWriter) {
		this.attributes = attributes;
		this.expressions = expressions;
		this.argumentWriter = argumentWriter;
	}

	GuardedCall create(MethodInvocation invocation, boolean inTransaction) {
		Object target = invocation.getThis();
		Class<?> targetClass = (target != null) ? AopUtils.getTargetClass(target)
				: invocation.getMethod().getDeclaringClass();
		ApprovalAttribute attribute = this.attributes.find(invocation.getMethod(), targetClass);
		if (attribute == null) {
			throw new IllegalStateException("%s is guarded, but has no @RequiresAirlockApproval"
				.formatted(ClassUtils.getQualifiedMethodName(invocation.getMethod(), targetClass)));
		}
		Class<?> userClass = ClassUtils.getUserClass(targetClass);
		Method method = AopUtils.getMostSpecificMethod(invocation.getMethod(), userClass);
		return new GuardedCall(attribute, new MethodArguments(userClass, method, invocation.getArguments()),
				this.expressions, this.argumentWriter, inTransaction);
	}

}
