package io.airlockapp.gateway.endpoint;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.airlockapp.gateway.pairing.PairingInfo;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What operators are told. Nothing of it is secret but the code of a device login that
 * waits for somebody.
 *
 * @param enforcer who this application is to the gateway
 * @param identity what kinds of credentials it has, or {@code null} if it has none
 * @param pairings where each pairing stands
 * @param pending the approvals that are being waited for, the oldest first
 * @param heartbeat the heartbeat, if there is one
 * @param lastFailure the last approval that failed, other than by a person's no
 * @param details the policies and the device login, each if it is used
 */
public record AirlockState(EnforcerState enforcer, @Nullable String identity, List<PairingInfo> pairings,
		List<PendingState> pending, @Nullable HeartbeatState heartbeat, @Nullable FailureState lastFailure,
		Map<String, Object> details) implements OperationResponseBody {

	/**
	 * Who this application is to the gateway.
	 *
	 * @param id the enforcer's id
	 * @param label its name for people
	 * @param workspace its workspace
	 */
	public record EnforcerState(String id, String label, String workspace) {
	}

	/**
	 * An approval that is being waited for.
	 *
	 * @param requestId the request's id
	 * @param label what the inbox shows
	 * @param ageSeconds for how long it has been waited for
	 * @param secondsLeft for how long it will be waited for
	 */
	public record PendingState(String requestId, String label, long ageSeconds, long secondsLeft) {
	}

	/**
	 * The heartbeat.
	 *
	 * @param lastSuccess when the gateway last got one
	 * @param problem why the last one failed, if it did
	 */
	public record HeartbeatState(@Nullable Instant lastSuccess, @Nullable String problem) {
	}

	/**
	 * An approval that failed.
	 *
	 * @param at when
	 * @param requestId the request's id, if one was made
	 * @param label what the inbox showed
	 * @param result how it ended
	 * @param problem why, and what to do about it
	 */
	public record FailureState(Instant at, @Nullable String requestId, String label, String result, String problem) {
	}

}
