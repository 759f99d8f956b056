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
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ratelimit.RetryBudget;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.harp.DecisionVerifier;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.TaskDecorator;

/**
 * Holds the collaborators that approvals need besides the gateway.
 *
 * @param enforcer the identity of this application
 * @param settings the settings of approvals
 * @param pairingSource the source of the pairings of this application
 * @param verifier decides which decisions count
 * @param pending the pending approvals
 * @param requestExecutor executes the requests to the gateway
 * @param retryBudget the budget for retries
 * @param journal the journal that outlives this process
 * @param listener the listener to notify
 * @param executor runs the waits of {@link AirlockGatewayOperations#requestApprovalAsync}
 * and the acknowledgements
 * @param userBinding lets the executor's threads make requests on behalf of the same user
 * as the thread that requests the approval
 * @param requester returns the requester of the current thread, or {@code null}
 * @param clock the time of day
 * @param ticker elapsed time
 * @param random jitter
 */
public record ApprovalEnvironment(Enforcer enforcer, ApprovalSettings settings, PairingSource pairingSource,
		DecisionVerifier verifier, PendingApprovals pending, GatewayRequestExecutor requestExecutor,
		RetryBudget retryBudget, ApprovalJournal journal, ApprovalListener listener, AsyncTaskExecutor executor,
		TaskDecorator userBinding, Supplier<@Nullable String> requester, InstantSource clock, Ticker ticker,
		RandomGenerator random) {

	/**
	 * Create a template that requests approvals in this environment.
	 * @param api the gateway's endpoints
	 * @return the template
	 */
	public AirlockGatewayTemplate createTemplate(AirlockGatewayApi api) {
		return new AirlockGatewayTemplate(api, this.requestExecutor, this.pairingSource,
				new ExchangeTemplate(api, this));
	}

}
