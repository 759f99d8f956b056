/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway;

import java.time.Duration;
import java.util.function.Supplier;

import io.airlockapp.gateway.client.AirlockGatewayApi;
import io.airlockapp.gateway.client.ClaimedPairing;
import io.airlockapp.gateway.client.ConsentStatus;
import io.airlockapp.gateway.client.Discovery;
import io.airlockapp.gateway.client.DndPolicies;
import io.airlockapp.gateway.client.Echo;
import io.airlockapp.gateway.client.Heartbeat;
import io.airlockapp.gateway.client.InitiatedPairing;
import io.airlockapp.gateway.client.PairingClaim;
import io.airlockapp.gateway.client.PairingCode;
import io.airlockapp.gateway.client.PairingCodeRequest;
import io.airlockapp.gateway.client.PairingInitiation;
import io.airlockapp.gateway.client.PairingRevocation;
import io.airlockapp.gateway.client.PairingStatus;
import io.airlockapp.gateway.client.RevokedPairing;
import io.airlockapp.gateway.client.ratelimit.RequestPriority;
import org.jspecify.annotations.Nullable;

/**
 * Base class for implementations of {@link AirlockGatewayOperations} over
 * {@link AirlockGatewayApi}. Exchanges are left to subclasses.
 */
public abstract class AirlockGatewayTemplate implements AirlockGatewayOperations {

	/**
	 * The maximum time in which most requests wait for their turn.
	 */
	protected static final Duration MAX_WAIT = Duration.ofSeconds(30);

	/**
	 * The maximum time in which urgent requests wait for their turn.
	 */
	protected static final Duration CONTROL_PATIENCE = Duration.ofSeconds(5);

	private final AirlockGatewayApi api;

	private final GatewayRequestExecutor executor;

	private volatile boolean olderConsentPath;

	/**
	 * Create a template.
	 * @param api the gateway's endpoints
	 * @param executor the executor for all requests except those of exchanges
	 */
	protected AirlockGatewayTemplate(AirlockGatewayApi api, GatewayRequestExecutor executor) {
		this.api = api;
		this.executor = executor;
	}

	@Override
	public Echo echo() {
		return this.executor.execute(RequestPriority.HEALTH, Duration.ZERO, this.api::echo);
	}

	@Override
	public Discovery discover() {
		return call(this.api::discover);
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
		return this.executor.executeNullable(RequestPriority.SHORT, MAX_WAIT,
				() -> this.api.revokePairing(new PairingRevocation(routingToken)));
	}

	@Override
	public void sendHeartbeat(Heartbeat heartbeat) {
		this.executor.executeNullable(RequestPriority.CONTROL, CONTROL_PATIENCE, () -> {
			this.api.sendHeartbeat(heartbeat);
			return null;
		});
	}

	@Override
	public DndPolicies getEffectivePolicies(String enforcerId, String workspaceName, @Nullable String sessionId) {
		return this.executor.execute(RequestPriority.SHORT, CONTROL_PATIENCE,
				() -> this.api.getEffectivePolicies(enforcerId, workspaceName, sessionId));
	}

	@Override
	public ConsentStatus checkConsent() {
		if (!this.olderConsentPath) {
			try {
				return check(this.api::checkConsent);
			}
			catch (AirlockGatewayException ex) {
				if (ex.getStatus() != 404) {
					throw ex;
				}
			}
		}
		try {
			ConsentStatus status = check(this.api::checkConsentAtOlderPath);
			this.olderConsentPath = true;
			return status;
		}
		catch (AirlockGatewayException ex) {
			// A refusal shows that the path exists, too
			if (ex.isConsentMissing()) {
				this.olderConsentPath = true;
			}
			throw ex;
		}
	}

	private <T> T check(Supplier<T> call) {
		return this.executor.execute(RequestPriority.HEALTH, Duration.ZERO, call);
	}

	private <T> T call(Supplier<T> call) {
		return this.executor.execute(RequestPriority.SHORT, MAX_WAIT, call);
	}

}
