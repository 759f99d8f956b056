package io.airlockapp.gateway.pairing;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.client.PairingState;
import io.airlockapp.gateway.client.PairingStatus;
import io.airlockapp.gateway.support.Ticker;
import io.airlockapp.gateway.store.PairingStoreException;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Polls the gateway for the state of a pairing in progress at an interval, until it is
 * completed, fails or expires. Several instances may poll at once.
 */
final class PairingPoller {

	private static final Log logger = LogFactory.getLog(PairingManager.class);

	/**
	 * How much longer than the gateway said it is asked, since clocks differ.
	 */
	private static final Duration SKEW = Duration.ofSeconds(60);

	private final PairingDocuments documents;

	private final PairingGateway gateway;

	private final PairingOutcome outcome;

	private final Duration interval;

	private final InstantSource clock;

	private final Ticker ticker;

	PairingPoller(PairingDocuments documents, PairingGateway gateway, PairingOutcome outcome, Duration interval,
			InstantSource clock, Ticker ticker) {
		this.documents = documents;
		this.gateway = gateway;
		this.outcome = outcome;
		this.interval = interval;
		this.clock = clock;
		this.ticker = ticker;
	}

	/**
	 * Poll until nothing is under way any more.
	 * @param name the pairing's name
	 * @throws InterruptedException if the thread is interrupted
	 */
	void run(String name) throws InterruptedException {
		Set<String> told = new HashSet<>();
		while (isUnderWay(name, told)) {
			this.ticker.sleep(this.interval);
		}
	}

	private boolean isUnderWay(String name, Set<String> told) {
		try {
			PairingAttempt attempt = this.documents.read(name).attempt();
			if (attempt == null || attempt.nonce() == null) {
				return false;
			}
			boolean last = this.clock.instant().isAfter(attempt.expiresAt().plus(SKEW));
			if (!isEnded(name, attempt, attempt.nonce(), told) && last) {
				this.outcome.fail(name, attempt,
						"The pairing '%s' was not completed in time: start it anew".formatted(name));
			}
			return true;
		}
		catch (PairingStoreException ex) {
			tellOnce(name, ex, told);
			return true;
		}
	}

	private boolean isEnded(String name, PairingAttempt attempt, String nonce, Set<String> told) {
		PairingStatus status;
		try {
			status = this.gateway.getStatus(nonce);
		}
		catch (AirlockGatewayException ex) {
			// The first time, it may be that the gateway doesn't know it yet
			boolean unknown = ex.getStatus() == 404 && !told.add("unknown " + nonce);
			if (unknown || ex.isExpired()) {
				return fail(name, attempt, "was not completed in time, or the gateway lost it: start it anew");
			}
			tellOnce(name, ex, told);
			return false;
		}
		PairingState state = (status.state() != null) ? status.state() : PairingState.UNKNOWN;
		return switch (state) {
			case COMPLETED -> status.responseJson() != null && complete(name, attempt, nonce, status.responseJson(),
					(status.routingToken() != null) ? status.routingToken() : attempt.routingToken());
			case EXPIRED -> fail(name, attempt, "was not completed in time: start it anew");
			case REVOKED -> fail(name, attempt, "was revoked before it was completed: start it anew");
			case PENDING, UNKNOWN -> false;
		};
	}

	private boolean complete(String name, PairingAttempt attempt, String nonce, String responseJson,
			@Nullable String routingToken) {
		ActivePairing pairing;
		try {
			pairing = PairingVerifier.verify(attempt, nonce, responseJson, routingToken, this.clock.instant());
		}
		catch (IllegalArgumentException ex) {
			this.outcome.tampered(name, attempt,
					"The pairing '%s' failed, and nothing of it is kept: %s. Check the gateway's URL and the network, and "
						.formatted(name, ex.getMessage()) + "start it anew");
			return true;
		}
		this.outcome.complete(name, attempt, pairing);
		return true;
	}

	private boolean fail(String name, PairingAttempt attempt, String reason) {
		this.outcome.fail(name, attempt, "The pairing '%s' %s".formatted(name, reason));
		return true;
	}

	private static void tellOnce(String name, AirlockGatewayException ex, Set<String> told) {
		String message = "Whether the pairing '%s' is completed can't be told yet: %s".formatted(name, ex.getMessage());
		if (!Thread.currentThread().isInterrupted() && told.add(message)) {
			logger.warn(message);
		}
	}

}
