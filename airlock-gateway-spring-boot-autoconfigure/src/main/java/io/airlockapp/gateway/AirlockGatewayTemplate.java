package io.airlockapp.gateway;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import io.airlockapp.gateway.client.Acknowledgement;
import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ArtifactSubmission;
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

	private final AirlockGatewayApi api;

	private final GatewayCalls calls = new GatewayCalls();

	private final ApprovalService approvals;

	private final ApprovalEnvironment environment;

	private volatile boolean olderConsentPath;

	/**
	 * Create a template.
	 * @param api the gateway's endpoints
	 * @param environment what approvals need
	 */
	public AirlockGatewayTemplate(AirlockGatewayApi api, ApprovalEnvironment environment) {
		this.api = api;
		this.environment = environment;
		this.approvals = new ApprovalService(this, environment);
	}

	@Override
	public ApprovalDecision requestApproval(ApprovalRequest request) {
		return this.approvals.request(request);
	}

	@Override
	public CompletableFuture<ApprovalDecision> requestApprovalAsync(ApprovalRequest request) {
		return this.approvals.requestAsync(request);
	}

	@Override
	public Echo echo() {
		return call(this.api::echo);
	}

	@Override
	public Discovery discover() {
		return call(this.api::discover);
	}

	@Override
	public Envelope<JsonNode> submitArtifact(Envelope<ArtifactSubmission> envelope) {
		return call(() -> this.api.submitArtifact(envelope));
	}

	@Override
	public ExchangeStatus getExchange(String requestId) {
		Envelope<ExchangeStatus> envelope = call(() -> this.api.getExchange(requestId));
		ExchangeStatus status = envelope.body();
		if (status == null) {
			throw new AirlockGatewayException("The gateway's answer has no status", requestId, null);
		}
		return status;
	}

	@Override
	public @Nullable Envelope<JsonNode> awaitDecision(String requestId, Duration timeout) {
		long seconds = timeout.toSeconds();
		if (seconds < 1 || seconds > 60) {
			throw new IllegalArgumentException("'timeout' must be from 1s to 60s, but is " + timeout);
		}
		return this.calls.executeNullable(() -> this.api.awaitDecision(requestId, (int) seconds));
	}

	@Override
	public void withdraw(String requestId) {
		this.calls.executeNullable(() -> this.api.withdraw(requestId));
	}

	@Override
	public void acknowledge(String requestId, String msgId) {
		String now = Envelope.timestamp(this.environment.clock().instant());
		Acknowledgement body = new Acknowledgement(msgId, Acknowledgement.DELIVERED, now);
		Envelope<Acknowledgement> envelope = Envelope.of(Acknowledgement.MSG_TYPE, requestId,
				this.environment.clock().instant(), null, this.environment.enforcer().id(), body);
		run(() -> this.api.acknowledge(envelope));
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
		return call(() -> this.api.claimPairing(request));
	}

	@Override
	public @Nullable RevokedPairing revokePairing(String routingToken) {
		return this.calls.executeNullable(() -> this.api.revokePairing(new PairingRevocation(routingToken)));
	}

	@Override
	public void sendHeartbeat(Heartbeat heartbeat) {
		run(() -> this.api.sendHeartbeat(heartbeat));
	}

	@Override
	public DndPolicies getEffectivePolicies(String enforcerId, String workspaceName, @Nullable String sessionId) {
		return call(() -> this.api.getEffectivePolicies(enforcerId, workspaceName, sessionId));
	}

	@Override
	public ConsentStatus checkConsent() {
		if (this.olderConsentPath) {
			return call(this.api::checkConsentAtOlderPath);
		}
		try {
			return call(this.api::checkConsent);
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
			ConsentStatus status = call(this.api::checkConsentAtOlderPath);
			this.olderConsentPath = true;
			return status;
		}
		catch (AirlockGatewayException ex) {
			// A refusal is an answer too: the path is there
			this.olderConsentPath = ex.isConsentMissing();
			throw ex;
		}
	}

	private <T> T call(Supplier<T> call) {
		return this.calls.execute(call);
	}

	private void run(Runnable call) {
		this.calls.executeNullable(() -> {
			call.run();
			return null;
		});
	}

}
