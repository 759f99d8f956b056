/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.health;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * {@link ApprovalListener} that records the pairings for which the gateway has no
 * approver, until the gateway accepts a request or the pairing is replaced.
 */
public final class MissingApprovers implements ApprovalListener {

	private static final Log logger = LogFactory.getLog(MissingApprovers.class);

	private final Map<String, Missing> missing = new ConcurrentHashMap<>();

	private final Supplier<PairingSource> pairings;

	/**
	 * Create a listener.
	 * @param pairings the supplier of the source of pairings
	 */
	public MissingApprovers(Supplier<PairingSource> pairings) {
		this.pairings = pairings;
	}

	@Override
	public Attempt begin(ApprovalRequest request, String artifactType) {
		String name = request.getPairing();
		if (request.getApprovers() != null) {
			// The outcome of a group does not determine which pairing has no approver
			return (outcome) -> {
			};
		}
		return (outcome) -> {
			if (outcome.failure() instanceof AirlockGatewayException failure
					&& "no_approver".equals(failure.getCode())) {
				String routingToken = routingToken(name);
				if (routingToken != null) {
					Missing now = new Missing(routingToken, FailureMessages.forFailure(failure));
					Missing before = this.missing.put(name, now);
					if (!now.equals(before)) {
						logger.warn("No approver gets the requests: " + now);
					}
				}
			}
			else if (outcome.decision() != null || outcome.result() == ApprovalResult.TIMEOUT) {
				this.missing.remove(name);
			}
		};
	}

	@Nullable String findProblem() {
		return this.missing.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().routingToken().equals(routingToken(entry.getKey())))
			.map((entry) -> entry.getValue().problem())
			.findFirst()
			.orElse(null);
	}

	private @Nullable String routingToken(String name) {
		Pairing pairing = this.pairings.get().getPairing(name);
		return (pairing != null) ? pairing.routingToken() : null;
	}

	private record Missing(String routingToken, String problem) {

		@Override
		public String toString() {
			return this.problem;
		}

	}

}
