/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval.guard;

import java.util.List;

import org.springframework.aop.framework.ReflectiveMethodInvocation;

/**
 * Invocation that must not run, for use by denial handlers: it provides the method and
 * the arguments, and cannot proceed.
 */
final class DeniedInvocation extends ReflectiveMethodInvocation {

	DeniedInvocation(InnerInvocation invocation) {
		super(invocation.getProxy(), invocation.getThis(), invocation.getMethod(), invocation.getArguments(),
				GuardedChain.targetClass(invocation.getThis()), List.of());
	}

	@Override
	protected Object invokeJoinpoint() {
		throw new IllegalStateException("The call is not approved, so it cannot proceed");
	}

}
