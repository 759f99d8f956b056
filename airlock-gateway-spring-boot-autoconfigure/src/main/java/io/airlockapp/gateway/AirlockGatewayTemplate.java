package io.airlockapp.gateway;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ArtifactSubmission;
import io.airlockapp.gateway.client.CallPriority;
import io.airlockapp.gateway.client.ClaimedPairing;
import io.airlockapp.gateway.client.ConsentStatus;
import io.airlockapp.gateway.client.Discovery;
import io.airlockapp.gateway.client.DndPolicies;
import io.airlockapp.gateway.client.Echo;
import io.airlockapp.gateway.client.Envelope;
import io.airlockapp.gateway.client.ExchangeStatus;
import io.airlockapp.gateway.client.Heartbeat;
import io.airlockapp.gateway.client.InitiatedPairing;
import io.airlockapp.gateway.client.PairingClaim;
import io.airlockapp.gateway.client.PairingCode;
import io.airlockapp.gateway.client.PairingCodeRequest;
import io.airlockapp.gateway.client.PairingInitiation;
import io.airlockapp.gateway.client.PairingRevocation;
import io.airlockapp.gateway.client.PairingStatus;
import io.airlockapp.gateway.client.RevokedPairing;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The gateway's calls over {@link AirlockGatewayApi}, and approvals through an
 * {@link ApprovalService}.
 */
public class AirlockGatewayTemplate implements AirlockGatewayOperations {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final Duration CONTROL_PATIENCE = Duration.ofSeconds(5);

	private final AirlockGatewayApi api;

	private final GatewayCalls calls;

	private final GatewayCalls pairedCalls;

	private final ExchangeCalls exchanges;

	private final ApprovalService approvals;

	private final BackgroundApprovals backgroundApprovals;

	private volatile boolean olderConsentPath;

	/**
	 * Create a template.
	 * @param api the gateway's endpoints
	 * @param environment what approvals need
	 */
	public AirlockGatewayTemplate(AirlockGatewayApi api, ApprovalEnvironment environment) {
		this.api = api;
		this.calls = new GatewayCalls(environment.rateGate()).recordedBy(environment.contact());
		this.pairedCalls = this.calls.onPairingRevoked(() -> environment.pairingSource().pairingRevoked(null));
		// An exchange that was made by other means may be one of a pairing of the past
		this.exchanges = new ExchangeCalls(api, this.calls, environment.enforcer().id(), environment.clock());
		this.approvals = new ApprovalService(this.exchanges, environment);
		this.backgroundApprovals = new BackgroundApprovals(this.approvals, environment.executor(),
				environment.userBinding());
	}

	@Override
	public ApprovalDecision requestApproval(ApprovalRequest request) {
		return this.approvals.request(request);
	}

	@Override
	public CompletableFuture<ApprovalDecision> requestApprovalAsync(ApprovalRequest request) {
		return this.backgroundApprovals.request(request);
	}

	@Override
	public Echo echo() {
		return this.calls.execute(CallPriority.HEALTH, Duration.ZERO, this.api::echo);
	}

	@Override
	public Discovery discover() {
		return call(this.api::discover);
	}

	@Override
	public @Nullable Envelope<JsonNode> submitArtifact(Envelope<ArtifactSubmission> envelope) {
		return this.exchanges.submit(envelope, PATIENCE, null);
	}

	@Override
	public ExchangeStatus getExchange(String requestId) {
		return this.exchanges.getStatus(requestId, CallPriority.SHORT, PATIENCE, null);
	}

	@Override
	public @Nullable Envelope<JsonNode> awaitDecision(String requestId, Duration timeout) {
		if (timeout.toSeconds() < 1 || timeout.compareTo(ApprovalSettings.MAX_HOLD) > 0) {
			throw new IllegalArgumentException("'timeout' must be from 1s to 60s, but is " + timeout);
		}
		return this.exchanges.awaitDecision(requestId, timeout, CallPriority.WAIT, PATIENCE, null);
	}

	@Override
	public void withdraw(String requestId) {
		this.exchanges.withdraw(requestId, CONTROL_PATIENCE, null);
	}

	@Override
	public void acknowledge(String requestId, String msgId) {
		this.exchanges.acknowledge(requestId, msgId, PATIENCE);
	}

	@Override
	public InitiatedPairing initiatePairing(PairingInitiation request) {
		return call(() -> this.api.initiatePairing(request));
	}

	@Override
	public PairingStatus getPairingStatus(String pairingNonce) {
		return call(() -> this.api.getPairingStatus(pairingNonce));
	}

	@Override
	public PairingCode preGeneratePairingCode(PairingCodeRequest request) {
		return call(() -> this.api.preGeneratePairingCode(request));
	}

	@Override
	public ClaimedPairing claimPairing(PairingClaim request) {
		return this.calls.telling(request.pairingCode())
			.execute(CallPriority.SHORT, PATIENCE, () -> this.api.claimPairing(request));
	}

	@Override
	public @Nullable RevokedPairing revokePairing(String routingToken) {
		return this.calls.telling(routingToken)
			.executeNullable(CallPriority.SHORT, PATIENCE,
					() -> this.api.revokePairing(new PairingRevocation(routingToken)));
	}

	@Override
	public void sendHeartbeat(Heartbeat heartbeat) {
		this.pairedCalls.executeNullable(CallPriority.CONTROL, CONTROL_PATIENCE, () -> {
			this.api.sendHeartbeat(heartbeat);
			return null;
		});
	}

	@Override
	public DndPolicies getEffectivePolicies(String enforcerId, String workspaceName, @Nullable String sessionId) {
		return this.pairedCalls.execute(CallPriority.SHORT, CONTROL_PATIENCE,
				() -> this.api.getEffectivePolicies(enforcerId, workspaceName, sessionId));
	}

	@Override
	public ConsentStatus checkConsent() {
		if (this.olderConsentPath) {
			return check(this.api::checkConsentAtOlderPath);
		}
		try {
			return check(this.api::checkConsent);
		}
		catch (AirlockGatewayException ex) {
			if (ex.getStatus() != 404) {
				throw ex;
			}
			return findConsentAtOlderPath();
		}
	}

	private ConsentStatus findConsentAtOlderPath() {
		try {
			ConsentStatus status = check(this.api::checkConsentAtOlderPath);
			this.olderConsentPath = true;
			return status;
		}
		catch (AirlockGatewayException ex) {
			// A refusal is an answer too: the path is there
			this.olderConsentPath = ex.isConsentMissing();
			throw ex;
		}
	}

	private <T> T check(Supplier<T> call) {
		return this.pairedCalls.execute(CallPriority.HEALTH, Duration.ZERO, call);
	}

	private <T> T call(Supplier<T> call) {
		return this.calls.execute(CallPriority.SHORT, PATIENCE, call);
	}

}
