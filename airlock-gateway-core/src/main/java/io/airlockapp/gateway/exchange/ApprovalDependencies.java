/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.exchange;

import java.time.InstantSource;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.AirlockGatewayTemplate;
import io.airlockapp.gateway.ApprovalJournal;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalSettings;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.GatewayRequestExecutor;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approvers.ApproverGroups;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.harp.DecisionVerifier;
import io.airlockapp.gateway.support.Ticker;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;

/**
 * Holds the collaborators of approvals other than the gateway.
 *
 * @param enforcer the identity of this application
 * @param settings the settings of approvals
 * @param pairingSource the source of the pairings of this application
 * @param verifier the verifier of decisions
 * @param pending the pending approvals
 * @param requestExecutor the executor of requests to the gateway
 * @param journal the journal that outlives this process
 * @param listener the listener to notify
 * @param executor the executor of the waits of
 * {@link AirlockGatewayOperations#requestApprovalAsync} and of acknowledgements
 * @param userBinding the decorator that binds a task of the executor to the user of the
 * requesting thread
 * @param requester the supplier of the current thread's requester, or {@code null}
 * @param clock the clock for the time of day
 * @param ticker the ticker for elapsed time
 * @param random the source of jitter
 * @param approvers the configured groups of approvers
 */
public record ApprovalDependencies(Enforcer enforcer, ApprovalSettings settings, PairingSource pairingSource,
		DecisionVerifier verifier, PendingApprovals pending, GatewayRequestExecutor requestExecutor,
		ApprovalJournal journal, ApprovalListener listener, AsyncTaskExecutor executor, TaskDecorator userBinding,
		Supplier<@Nullable String> requester, InstantSource clock, Ticker ticker, RandomGenerator random,
		ApproverGroups approvers) {

	/**
	 * Return dependencies that differ in the executor of requests only.
	 * @param otherExecutor the executor of requests to the gateway
	 * @return the dependencies
	 */
	public ApprovalDependencies withRequestExecutor(GatewayRequestExecutor otherExecutor) {
		return new ApprovalDependencies(this.enforcer, this.settings, this.pairingSource, this.verifier, this.pending,
				otherExecutor, this.journal, this.listener, this.executor, this.userBinding, this.requester, this.clock,
				this.ticker, this.random, this.approvers);
	}

	/**
	 * Create a template that requests approvals with these dependencies.
	 * @param api the gateway's endpoints
	 * @return the template
	 */
	public AirlockGatewayTemplate createTemplate(AirlockGatewayApi api) {
		return new ExchangeTemplate(api, this);
	}

}
