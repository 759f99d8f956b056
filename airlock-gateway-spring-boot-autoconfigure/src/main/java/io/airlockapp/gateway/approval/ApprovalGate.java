/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.approval;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.exchange.Admission;

import org.springframework.aop.framework.AopInfrastructureBean;

/**
 * Strategy interface for deciding whether a guarded call may run. As an
 * {@link AopInfrastructureBean}, a gate has no interceptors, which could swallow a
 * refusal.
 */
@FunctionalInterface
public interface ApprovalGate extends AopInfrastructureBean {

	/**
	 * Authorize a guarded call. Return normally only if the call may run now. This method
	 * is called in the thread that waits for the approval, which is the caller's thread
	 * unless the guarded method returns a future or a publisher. Any exception prevents
	 * the call, but only an {@link AirlockGatewayException} or an {@link Error} is passed
	 * to the {@link ApprovalDenialHandler}.
	 * @param call the guarded call
	 * @throws AirlockGatewayException if the call must not run, for any reason
	 */
	void authorize(GuardedCall call);

	/**
	 * Admit a guarded call, before a thread is started or a snapshot is taken for it.
	 * This method is called in the thread of the caller or subscriber, unless the guarded
	 * method has a condition, which is evaluated first. Only the outermost gate is asked:
	 * a bean that replaces the auto-configured gate, and never the gate of an
	 * {@link ApprovalGateDecorator}, which refuses a call when it authorizes it. By
	 * default, no admission is needed.
	 * @param call the guarded call, which keeps the admission until it has been
	 * authorized or refused
	 * @return the admission
	 * @throws AirlockGatewayException if no place is free, so that the call must not run
	 */
	default Admission admit(GuardedCall call) {
		return Admission.none();
	}

}
