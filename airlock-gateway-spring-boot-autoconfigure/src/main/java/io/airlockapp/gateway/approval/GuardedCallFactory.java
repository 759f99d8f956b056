package io.airlockapp.gateway.approval;

import java.util.function.Supplier;

import org.aopalliance.intercept.MethodInvocation;

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

	GuardedCall create(MethodInvocation invocation, Caller caller) {
		Class<?> targetClass = Declaration.userClass(invocation);
		ApprovalAttribute attribute = this.attributes.find(invocation.getMethod(), targetClass);
		if (attribute == null) {
			throw new IllegalStateException("%s is guarded, but has no @RequiresAirlockApproval"
				.formatted(ClassUtils.getQualifiedMethodName(invocation.getMethod(), targetClass)));
		}
		Declaration declaration = Declaration.of(invocation.getMethod(), targetClass);
		return new GuardedCall(attribute,
				new MethodArguments(declaration.type(), declaration.method(), invocation.getArguments()),
				this.expressions, this.argumentWriter, caller);
	}

}
