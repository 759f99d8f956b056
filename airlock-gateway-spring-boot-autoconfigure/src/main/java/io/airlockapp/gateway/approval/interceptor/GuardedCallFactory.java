package io.airlockapp.gateway.approval.interceptor;

import java.util.function.Supplier;

import io.airlockapp.gateway.approval.argument.ArgumentWriter;
import io.airlockapp.gateway.approval.argument.MethodArguments;
import io.airlockapp.gateway.approval.condition.ConditionEvaluator;
import io.airlockapp.gateway.approval.method.ApprovalAttribute;
import io.airlockapp.gateway.approval.method.ApprovalAttributeSource;
import io.airlockapp.gateway.approval.method.Declaration;
import org.aopalliance.intercept.MethodInvocation;

/**
 * Factory that creates a {@link MethodGuardedCall} from an invocation.
 */
final class GuardedCallFactory {

	private final ApprovalAttributeSource attributes;

	private final ConditionEvaluator conditions;

	private final Supplier<ArgumentWriter> argumentWriter;

	GuardedCallFactory(ApprovalAttributeSource attributes, ConditionEvaluator conditions,
			Supplier<ArgumentWriter> argumentWriter) {
		this.attributes = attributes;
		this.conditions = conditions;
		this.argumentWriter = argumentWriter;
	}

	MethodGuardedCall create(MethodInvocation invocation, Caller caller) {
		Class<?> targetClass = Declaration.userClass(invocation);
		ApprovalAttribute attribute = this.attributes.find(invocation.getMethod(), targetClass);
		if (attribute == null) {
			throw new IllegalStateException("%s is guarded, but has no @RequiresAirlockApproval"
				.formatted(Declaration.of(invocation.getMethod(), targetClass).qualifiedName()));
		}
		Declaration declaration = attribute.declaration();
		return new MethodGuardedCall(attribute,
				new MethodArguments(declaration.type(), declaration.method(), invocation.getArguments()),
				this.conditions, this.argumentWriter, caller);
	}

}
