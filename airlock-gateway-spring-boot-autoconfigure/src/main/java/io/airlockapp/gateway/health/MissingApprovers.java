/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.health;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.ApprovalListener;
import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalResult;
import io.airlockapp.gateway.FailureMessages;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approvers.ApproverGroupState;
import io.airlockapp.gateway.approvers.ApproverGroups;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * {@link ApprovalListener} that records the pairings for which the gateway has no
 * approver, until the gateway accepts a request or the pairing is replaced, and finds the
 * approvers and groups of approvers who cannot be asked. The pairing of a group does not
 * count by itself unless its approvers were asked by themselves.
 */
public final class MissingApprovers implements ApprovalListener {

	private static final Log logger = LogFactory.getLog(MissingApprovers.class);

	private final Map<String, Missing> missing = new ConcurrentHashMap<>();

	private final Set<String> askedAlone = ConcurrentHashMap.newKeySet();

	private final Supplier<PairingSource> pairings;

	private final ApproverGroups groups;

	/**
	 * Create a listener.
	 * @param pairings the supplier of the source of pairings
	 * @param groups the groups of approvers
	 */
	public MissingApprovers(Supplier<PairingSource> pairings, ApproverGroups groups) {
		this.pairings = pairings;
		this.groups = groups;
	}

	@Override
	public Attempt begin(ApprovalRequest request, String artifactType) {
		String name = request.getPairing();
		if (request.getApprovers() != null) {
			// The outcome of a group does not determine which pairing has no approver
			return (outcome) -> {
			};
		}
		this.askedAlone.add(name);
		return (outcome) -> {
			if (outcome.failure() instanceof AirlockGatewayException failure
					&& "no_approver".equals(failure.getCode())) {
				String routingToken = routingToken(name);
				if (routingToken != null) {
					Missing now = new Missing(routingToken, FailureMessages.forFailure(failure));
					Missing before = this.missing.put(name, now);
					if (before == null || !now.routingToken().equals(before.routingToken())) {
						logger.warn("No approver gets the requests: " + now);
					}
				}
			}
			else if (outcome.decision() != null || outcome.result() == ApprovalResult.TIMEOUT) {
				this.missing.remove(name);
			}
		};
	}

	List<ApproverGroupState> getGroups(PairingSource source) {
		return this.groups.getStates(source);
	}

	@Nullable String findProblem(PairingSource source) {
		String ofGroup = getGroups(source).stream()
			.map(ApproverGroupState::findProblem)
			.filter(Objects::nonNull)
			.findFirst()
			.orElse(null);
		if (ofGroup != null) {
			return ofGroup;
		}
		String ofPairing = source.findProblem((name) -> this.askedAlone.contains(name) || !this.groups.contain(name));
		return (ofPairing != null) ? ofPairing
				: this.missing.entrySet()
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
