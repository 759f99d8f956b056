/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.health;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

import io.airlockapp.gateway.AccessTokenException;
import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.AirlockGatewayOperations;
import io.airlockapp.gateway.ApprovalConsentException;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.GatewayAvailability;
import io.airlockapp.gateway.IdentityUnavailableException;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.auth.ConsentCheck;
import io.airlockapp.gateway.exchange.ExchangeFailures;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.halt.HaltState;
import io.airlockapp.gateway.presence.PresenceHeartbeat;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.support.WarnOnceLog;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Health indicator that reports whether approvals can be requested.
 * <ul>
 * <li>{@code UP}: the gateway responds, the clocks agree, the credentials and the user's
 * consent are valid, and the application is paired.</li>
 * <li>{@code OUT_OF_SERVICE}: the application is not paired, one of its pairings was
 * revoked or has no approver according to the gateway, a group of approvers cannot reach
 * its quorum, no user is signed in, or there is no access token at the moment.</li>
 * <li>{@code DOWN}: the gateway does not respond, the clocks differ by more than
 * verification allows, the credentials or the user's consent are refused, or pairings or
 * the halt cannot be read.</li>
 * <li>{@code UNKNOWN}: no credentials are configured, or tokens are per user and the
 * health request is unauthenticated.</li>
 * </ul>
 * It uses the results of regular requests, and sends few requests of its own.
 */
public final class AirlockGatewayHealthIndicator extends AbstractHealthIndicator {

	private static final Log logger = LogFactory.getLog(AirlockGatewayHealthIndicator.class);

	private static final String NO_CREDENTIALS = "No credentials: set 'airlock.gateway.auth.pat'; "
			+ "until then, guarded methods are denied";

	private static final Duration MAX_SKEW = Duration.ofSeconds(60);

	private final WarnOnceLog warnings = new WarnOnceLog(logger);

	private final GatewayProbe probe;

	private final GatewayAvailability availability;

	private final Halt halt;

	private final boolean bypassed;

	private final PairingSource pairingSource;

	private final boolean configured;

	private final boolean perUser;

	private final ConsentCheck consent;

	private final @Nullable PresenceHeartbeat heartbeat;

	private final MissingApprovers missingApprovers;

	/**
	 * Create an indicator.
	 * @param gateway the gateway
	 * @param pairingSource the source of pairings
	 * @param configured whether there are credentials or a source of access tokens;
	 * otherwise, the health check sends no request
	 * @param perUser whether access tokens are per user of the application, so that a
	 * health request may have none
	 * @param consent the check of the user's consent
	 * @param heartbeat the heartbeat, if there is one
	 * @param availability the results of other requests to the gateway
	 * @param halt the switch that halts all guarded methods
	 * @param bypassed whether guarded methods run without approval
	 * @param clock the clock
	 * @param ticker the source of elapsed time
	 * @param missingApprovers the approvers who cannot be asked
	 */
	public AirlockGatewayHealthIndicator(AirlockGatewayOperations gateway, PairingSource pairingSource,
			boolean configured, boolean perUser, ConsentCheck consent, @Nullable PresenceHeartbeat heartbeat,
			GatewayAvailability availability, Halt halt, boolean bypassed, InstantSource clock, Ticker ticker,
			MissingApprovers missingApprovers) {
		super("The Airlock gateway's health check failed");
		this.probe = new GatewayProbe(gateway, availability, clock, ticker);
		this.availability = availability;
		this.halt = halt;
		this.bypassed = bypassed;
		this.pairingSource = pairingSource;
		this.configured = configured;
		this.perUser = perUser;
		this.consent = consent;
		this.heartbeat = heartbeat;
		this.missingApprovers = missingApprovers;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		try {
			check(builder);
		}
		catch (Throwable ex) {
			String problem = AirlockGatewayException.safeMessage(ex);
			builder.down().withDetail("problem", problem);
			String message = "The gateway's health cannot be determined: " + problem;
			if (ex instanceof AirlockGatewayException) {
				logger.debug(message);
			}
			else {
				this.warnings.warn(message);
			}
		}
	}

	private void check(Health.Builder builder) {
		HaltState halted = this.halt.current();
		if (halted != null) {
			builder.withDetail("halted", halted.toString());
		}
		if (this.bypassed) {
			builder.withDetail("bypassed", "Guarded methods run without approval");
		}
		boolean paired = this.pairingSource.isPaired();
		builder.withDetail("paired", paired);
		this.missingApprovers.getGroups(this.pairingSource)
			.forEach((state) -> builder.withDetail("approvers." + state.group().name(), state.describe()));
		if (!this.configured) {
			// With a pairing, the application had credentials
			(paired ? builder.outOfService() : builder.unknown()).withDetail("problem", NO_CREDENTIALS);
			return;
		}
		addHeartbeat(builder);
		String problem;
		try {
			GatewayProbe.Result gateway = this.probe.check(MAX_SKEW);
			problem = addGateway(builder, gateway);
			if (!gateway.known()) {
				builder.unknown().withDetail("problem", String.valueOf(problem));
				return;
			}
			if (problem == null) {
				problem = checkAccess(builder);
			}
		}
		catch (IdentityUnavailableException | AccessTokenException ex) {
			addIdentityProblem(builder, String.valueOf(ex.getMessage()));
			return;
		}
		if (problem != null) {
			builder.down().withDetail("problem", problem);
			return;
		}
		// After the requests, since a response may have reported that the pairing was
		// revoked
		String pairingProblem = this.missingApprovers.findProblem(this.pairingSource);
		if (pairingProblem != null) {
			builder.outOfService().withDetail("problem", pairingProblem);
		}
		else {
			builder.up();
		}
	}

	/**
	 * Add a problem of the identity. If tokens are per user, an unauthenticated health
	 * request is not a problem of the application.
	 */
	private void addIdentityProblem(Health.Builder builder, String problem) {
		String pairingProblem = this.perUser ? this.missingApprovers.findProblem(this.pairingSource) : null;
		boolean troubled = !this.perUser || pairingProblem != null;
		(troubled ? builder.outOfService() : builder.unknown()).withDetail("problem",
				(pairingProblem != null) ? pairingProblem : problem);
	}

	private @Nullable String addGateway(Health.Builder builder, GatewayProbe.Result result) {
		if (this.availability.getLastSuccess() != null) {
			builder.withDetail("lastContact", this.availability.getLastSuccess().toString());
		}
		if (result.latency() != null) {
			builder.withDetail("latency", result.latency().toMillis() + " ms");
		}
		if (result.skew() != null) {
			builder.withDetail("clockSkew", result.skew().toMillis() + " ms");
		}
		if (result.problem() != null || result.skew() == null || result.skew().abs().compareTo(MAX_SKEW) <= 0) {
			return result.problem();
		}
		return "The clocks of this application and of the gateway differ by %s s; decisions will be refused as expired"
			.formatted(result.skew().toSeconds());
	}

	/**
	 * Check the credentials by a request that the gateway refuses if it would refuse
	 * approval requests. The echo requires no identity.
	 */
	private @Nullable String checkAccess(Health.Builder builder) {
		AirlockGatewayException failure = this.consent.check();
		if (failure instanceof IdentityUnavailableException || failure instanceof AccessTokenException) {
			throw failure;
		}
		if (failure instanceof ApprovalConsentException missing) {
			builder.withDetail("consent", missing.getState().word());
			if (missing.getConsentUrl() != null) {
				builder.withDetail("consentUrl", missing.getConsentUrl());
			}
			return missing.getMessage();
		}
		if (failure == null || failure.isPairingRevoked()) {
			return null;
		}
		return ExchangeFailures.isRefused(failure) ? FailureMessages.forFailure(failure) : null;
	}

	private void addHeartbeat(Health.Builder builder) {
		if (this.heartbeat == null) {
			return;
		}
		Instant last = this.heartbeat.getLastSuccess();
		builder.withDetail("lastHeartbeat", (last != null) ? last.toString() : "never");
		if (this.heartbeat.getLastFailure() != null) {
			builder.withDetail("heartbeatProblem", this.heartbeat.getLastFailure());
		}
	}

}
