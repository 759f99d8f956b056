package io.airlockapp.gateway.endpoint;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.auth.UserLogin;
import io.airlockapp.gateway.endpoint.AirlockState.EnforcerState;
import io.airlockapp.gateway.endpoint.AirlockState.HeartbeatState;
import io.airlockapp.gateway.endpoint.AirlockState.PendingState;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.pairing.PairingManager;
import io.airlockapp.gateway.policy.DoNotDisturb;
import io.airlockapp.gateway.presence.PresenceHeartbeat;
import org.jspecify.annotations.Nullable;

/**
 * Collects the state that is reported to operators.
 */
public final class AirlockStateReporter {

	private final Enforcer enforcer;

	private final @Nullable String identity;

	private final PairingManager pairings;

	private final PendingApprovals pending;

	private final @Nullable PresenceHeartbeat heartbeat;

	private final LastFailure lastFailure;

	private final @Nullable DoNotDisturb doNotDisturb;

	private final @Nullable UserLogin login;

	private final InstantSource clock;

	/**
	 * Create a reporter.
	 * @param enforcer who this application is
	 * @param identity what kinds of credentials it has, empty if it has none
	 * @param pairings knows where pairings stand
	 * @param pending the approvals that are being waited for
	 * @param heartbeat the heartbeat, if there is one
	 * @param lastFailure remembers what failed
	 * @param doNotDisturb holds the policies, if they are asked for
	 * @param login the login of a person, if the application uses that
	 * @param clock the time of day
	 */
	public AirlockStateReporter(Enforcer enforcer, String identity, PairingManager pairings, PendingApprovals pending,
			@Nullable PresenceHeartbeat heartbeat, LastFailure lastFailure, @Nullable DoNotDisturb doNotDisturb,
			@Nullable UserLogin login, InstantSource clock) {
		this.enforcer = enforcer;
		this.identity = identity.isEmpty() ? null : identity;
		this.pairings = pairings;
		this.pending = pending;
		this.heartbeat = heartbeat;
		this.lastFailure = lastFailure;
		this.doNotDisturb = doNotDisturb;
		this.login = login;
		this.clock = clock;
	}

	AirlockState report() {
		Instant now = this.clock.instant();
		List<PendingState> waiting = this.pending.list()
			.stream()
			.sorted(Comparator.comparing(PendingApproval::createdAt))
			.map((approval) -> describe(approval, now))
			.toList();
		HeartbeatState beat = (this.heartbeat != null)
				? new HeartbeatState(this.heartbeat.getLastSuccess(), this.heartbeat.getLastFailure()) : null;
		return new AirlockState(
				new EnforcerState(this.enforcer.id(), this.enforcer.label(), this.enforcer.workspaceName()),
				this.identity, this.pairings.list(), waiting, beat, this.lastFailure.get(), details());
	}

	private Map<String, Object> details() {
		Map<String, Object> details = new LinkedHashMap<>();
		DoNotDisturb policies = this.doNotDisturb;
		if (policies != null) {
			details.put("doNotDisturb", stateOf(() -> PolicyState.of(policies)));
		}
		UserLogin present = this.login;
		if (present != null) {
			details.put("deviceLogin", stateOf(present::getState));
		}
		return details;
	}

	private static Object stateOf(Supplier<Object> state) {
		try {
			return state.get();
		}
		catch (RuntimeException | Error ex) {
			return Map.of("problem", AirlockGatewayException.safeMessage(ex));
		}
	}

	private static PendingState describe(PendingApproval approval, Instant now) {
		return new PendingState(approval.requestId(), approval.label(),
				Math.max(0, Duration.between(approval.createdAt(), now).toSeconds()),
				Math.max(0, Duration.between(now, approval.expiresAt()).toSeconds()));
	}

}
