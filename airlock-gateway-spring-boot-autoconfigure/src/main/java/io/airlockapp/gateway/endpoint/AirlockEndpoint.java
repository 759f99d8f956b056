/*
 * SPDX-License-Identifier: Apache-2.0
 */
package io.airlockapp.gateway.endpoint;

import java.security.Principal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PendingApproval;
import io.airlockapp.gateway.approvers.ApproverGroupState;
import io.airlockapp.gateway.auth.UserLogin;
import io.airlockapp.gateway.client.SafeText;
import io.airlockapp.gateway.endpoint.AirlockState.ApproversState;
import io.airlockapp.gateway.endpoint.AirlockState.EnforcerState;
import io.airlockapp.gateway.endpoint.AirlockState.HeartbeatState;
import io.airlockapp.gateway.endpoint.AirlockState.PendingState;
import io.airlockapp.gateway.endpoint.DurableOperations.DurableApprovalState;
import io.airlockapp.gateway.endpoint.DurableOperations.DurableApprovalsState;
import io.airlockapp.gateway.exchange.PendingApprovals;
import io.airlockapp.gateway.halt.Halt;
import io.airlockapp.gateway.halt.HaltState;
import io.airlockapp.gateway.pairing.PairingInfo;
import io.airlockapp.gateway.pairing.PairingManager;
import io.airlockapp.gateway.policy.DoNotDisturb;
import io.airlockapp.gateway.presence.PresenceHeartbeat;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.util.Assert;

/**
 * Actuator endpoint that exposes the state of approvals and pairings to operators, and
 * provides operations to pair, revoke and withdraw. It is read-only unless configured
 * otherwise by {@code management.endpoint.airlock.access}.
 *
 * @param enforcer the identity of this application towards the gateway
 * @param identity the kinds of credentials it has, or {@code null} if it has none
 * @param pairings the manager of the pairings
 * @param approvers the supplier of the state of each group of approvers
 * @param pending the pending approvals, which can be withdrawn
 * @param halt the switch that halts all guarded methods
 * @param bypassed whether guarded methods run without approval
 * @param heartbeat the heartbeat, if there is one
 * @param doNotDisturb the policies, if they are used
 * @param login the login of a person, if one is used
 * @param durable the operations on durable approvals, if they are used
 * @param auditor the recorder of each operation, with the operator if known
 * @param clock the clock
 */
@WebEndpoint(id = "airlock", defaultAccess = Access.READ_ONLY)
public record AirlockEndpoint(Enforcer enforcer, @Nullable String identity, PairingManager pairings,
		Supplier<List<ApproverGroupState>> approvers, PendingApprovals pending, Halt halt, boolean bypassed,
		@Nullable PresenceHeartbeat heartbeat, @Nullable DoNotDisturb doNotDisturb, @Nullable UserLogin login,
		@Nullable DurableOperations durable, BiConsumer<@Nullable String, Map<String, Object>> auditor,
		InstantSource clock) {

	private static final Log logger = LogFactory.getLog(AirlockEndpoint.class);

	/**
	 * Return the state of approvals and pairings.
	 * @return the state
	 */
	@ReadOperation
	public AirlockState state() {
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
				this.identity, this.pairings.list(), this.approvers.get().stream().map(ApproversState::of).toList(),
				waiting, beat, durableState(), details());
	}

	private @Nullable DurableApprovalsState durableState() {
		try {
			return (this.durable != null) ? this.durable.getState() : null;
		}
		catch (Throwable ex) {
			return new DurableApprovalsState(Map.of(), List.of(), AirlockGatewayException.safeMessage(ex));
		}
	}

	private Map<String, Object> details() {
		Map<String, Object> details = new LinkedHashMap<>();
		HaltState halted = this.halt.find();
		if (halted != null) {
			details.put("halted", halted.toString());
		}
		if (this.bypassed) {
			details.put("bypassed", true);
		}
		DoNotDisturb policies = this.doNotDisturb;
		if (policies != null) {
			details.put("doNotDisturb",
					stateOf(() -> Map.of("mode", policies.getMode(), "policies", policies.getLastPolicies())));
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
		catch (Throwable ex) {
			return Map.of("problem", AirlockGatewayException.safeMessage(ex));
		}
	}

	private static PendingState describe(PendingApproval approval, Instant now) {
		return new PendingState(approval.requestId(), approval.label(),
				Math.max(0, Duration.between(approval.createdAt(), now).toSeconds()),
				Math.max(0, Duration.between(now, approval.expiresAt()).toSeconds()));
	}

	/**
	 * Execute an operation.
	 * @param operation the name of the operation, such as {@code revoke-key}
	 * @param pairing the pairing's name, by default {@code default}
	 * @param code the code to claim
	 * @param keyId the signer key to revoke
	 * @param requestId the request to withdraw, or the durable approval to cancel or
	 * resolve
	 * @param resolution the outcome of the call of a durable approval, {@code ran} or
	 * {@code did-not-run}
	 * @param reason the reason for a halt
	 * @param principal the operator, if authenticated
	 * @return the result; status 400 if a parameter is missing or invalid, 409 if the
	 * state does not allow the operation, 404 if there is no such operation, pairing or
	 * request, 502 if the gateway fails, and 500 for other failures, each with a
	 * {@code problem}
	 */
	@WriteOperation
	public WebEndpointResponse<Object> operate(@Selector String operation, @Nullable String pairing,
			@Nullable String code, @Nullable String keyId, @Nullable String requestId, @Nullable String resolution,
			@Nullable String reason, @Nullable Principal principal) {
		AirlockOperation known = AirlockOperation.find(operation);
		if (known == null) {
			return EndpointResponses.notFound("There is no such operation", "The operations are",
					Arrays.stream(AirlockOperation.values()).map(AirlockOperation::getPathName));
		}
		String operator = (principal != null) ? principal.getName() : null;
		String name = (pairing != null) ? pairing : Pairing.DEFAULT_NAME;
		WebEndpointResponse<Object> response = EndpointResponses
			.respond(() -> operate(known, name, code, keyId, requestId, resolution, reason, operator));
		Map<String, Object> data = new LinkedHashMap<>();
		data.put("operation", known.getPathName());
		data.put("status", response.getStatus());
		put(data, "pairing", known.isOfPairing() ? name : null);
		put(data, "keyId", keyId);
		put(data, "requestId", requestId);
		put(data, "resolution", resolution);
		record(data, operator);
		return response;
	}

	private static void put(Map<String, Object> data, String name, @Nullable String value) {
		if (value != null) {
			data.put(name, SafeText.of(value));
		}
	}

	/**
	 * Record who executed an operation, whatever becomes of the record: the operation has
	 * taken effect.
	 */
	private void record(Map<String, Object> data, @Nullable String operator) {
		try {
			logger.info(
					"Operation by %s: %s".formatted((operator != null) ? SafeText.of(operator) : "nobody known", data));
			this.auditor.accept(operator, data);
		}
		catch (Throwable ex) {
			logger.warn("An operation cannot be audited: " + AirlockGatewayException.safeMessage(ex));
		}
	}

	private Object operate(AirlockOperation operation, String pairing, @Nullable String code, @Nullable String keyId,
			@Nullable String requestId, @Nullable String resolution, @Nullable String reason,
			@Nullable String operator) {
		return switch (operation) {
			case PAIR -> this.pairings.initiate(pairing);
			case CLAIM -> this.pairings.claim(pairing, EndpointResponses.require("code", code));
			case REVOKE -> pairing(pairing, () -> this.pairings.revoke(pairing));
			case REVOKE_KEY -> pairing(pairing,
					() -> this.pairings.revokeSignerKey(pairing, EndpointResponses.require("keyId", keyId)));
			case WITHDRAW -> withdraw(EndpointResponses.require("requestId", requestId));
			case HALT -> halt(EndpointResponses.require("reason", reason), operator);
			case RESUME -> resume(operator);
			case CANCEL -> durable(requestId, DurableOperations::cancel, "cancelled",
					"The approval cannot be cancelled, because its method has started, or it has ended");
			case RESOLVE -> durable(requestId, (approvals, id) -> approvals.resolve(id, hasRun(resolution)), "resolved",
					"The approval cannot be resolved, because its outcome is not unknown");
			case SIGN_IN -> login(UserLogin::signIn);
			case SIGN_OUT -> login(UserLogin::signOut);
		};
	}

	private Object pairing(String name, Supplier<PairingInfo> operation) {
		// Reads the store, since another instance may have created the pairing
		PairingInfo info = this.pairings.getStatus(name);
		List<String> names = this.pairings.list().stream().map(PairingInfo::name).toList();
		if (info.state() == PairingInfo.State.NOT_PAIRED && !names.contains(name)) {
			return EndpointResponses.notFound("There is no pairing '%s'".formatted(name), "The pairings are",
					names.stream());
		}
		return operation.get();
	}

	private String scope(String until) {
		return this.halt.isShared() ? "all instances" : "this instance only" + until;
	}

	private Map<String, Object> halt(String reason, @Nullable String operator) {
		this.halt.halt(reason, operator);
		return Map.of("halted", scope(", until it restarts"));
	}

	private Object resume(@Nullable String operator) {
		return this.halt.resume(operator) ? Map.of("resumed", scope(""))
				: EndpointResponses.problem(EndpointResponses.CONFLICT, "The guarded methods are not halted");
	}

	private Object withdraw(String requestId) {
		List<String> waiting = this.pending.list().stream().map(PendingApproval::requestId).toList();
		if (this.pending.withdraw(requestId)) {
			return Map.of("withdrawn", requestId);
		}
		if (waiting.contains(requestId)) {
			return EndpointResponses.problem(EndpointResponses.CONFLICT,
					"The request cannot be withdrawn, because its decision was applied");
		}
		return EndpointResponses.notFound("This instance waits for no such request", "It waits for", waiting.stream());
	}

	private Object durable(@Nullable String requestId, BiPredicate<DurableOperations, String> operation, String done,
			String conflict) {
		DurableOperations approvals = this.durable;
		if (approvals == null) {
			return EndpointResponses.problem(EndpointResponses.CONFLICT,
					"This application has no durable approvals: they need the dependency "
							+ "'io.airlockapp:airlock-gateway-spring-boot-durable', and 'airlock.gateway.durable.enabled' that is not 'false'");
		}
		String id = EndpointResponses.require("requestId", requestId);
		if (operation.test(approvals, id)) {
			return Map.of(done, id);
		}
		if (approvals.exists(id)) {
			return EndpointResponses.problem(EndpointResponses.CONFLICT, conflict);
		}
		return EndpointResponses.notFound("There is no such approval", "Those that have not ended are",
				approvals.getState().newest().stream().map(DurableApprovalState::requestId));
	}

	private static boolean hasRun(@Nullable String resolution) {
		boolean ran = "ran".equals(resolution);
		Assert.isTrue(ran || "did-not-run".equals(resolution),
				"The parameter 'resolution' must be 'ran' or 'did-not-run'");
		return ran;
	}

	private Object login(Consumer<UserLogin> operation) {
		UserLogin present = this.login;
		if (present == null) {
			return EndpointResponses.problem(EndpointResponses.CONFLICT,
					"This application has no login: set 'airlock.gateway.auth.device-login.enabled=true' for that");
		}
		operation.accept(present);
		return present.getState();
	}

}
