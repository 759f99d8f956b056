package io.airlockapp.gateway.durable.method;

import java.lang.reflect.InvocationTargetException;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.function.BooleanSupplier;

import io.airlockapp.gateway.AirlockGatewayException;
import io.airlockapp.gateway.Enforcer;
import io.airlockapp.gateway.Pairing;
import io.airlockapp.gateway.PairingSource;
import io.airlockapp.gateway.approval.guard.DurableMethod;
import io.airlockapp.gateway.durable.argument.RebuiltArguments;
import io.airlockapp.gateway.durable.exchange.ApprovalSteps;
import io.airlockapp.gateway.durable.method.DurableTargets.Target;
import io.airlockapp.gateway.harp.DecisionEvidence;
import io.airlockapp.gateway.harp.HarpJson;
import io.airlockapp.gateway.harp.StrictUtf8;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * {@link ApprovedCalls} that trusts nothing of a stored call: all of it has to follow
 * from a plaintext that a key in force has approved. The method starts behind the guard
 * of its bean's proxy.
 */
public final class VerifyingApprovedCalls implements ApprovedCalls {

	private static final Log logger = LogFactory.getLog(VerifyingApprovedCalls.class);

	private final DurableTargets targets;

	private final Enforcer enforcer;

	private final ApprovalSteps steps;

	private final PairingSource pairings;

	private final InstantSource clock;

	/**
	 * Create approved calls.
	 * @param targets the durable methods
	 * @param enforcer the identity of this application
	 * @param steps the steps of an exchange
	 * @param pairings the source of pairings
	 * @param clock the time of day
	 */
	public VerifyingApprovedCalls(DurableTargets targets, Enforcer enforcer, ApprovalSteps steps,
			PairingSource pairings, InstantSource clock) {
		this.targets = targets;
		this.enforcer = enforcer;
		this.steps = steps;
		this.pairings = pairings;
		this.clock = clock;
	}

	@Override
	public Result run(ApprovedCall call, BooleanSupplier claim) throws InvocationTargetException {
		JsonNode plaintext = read(call.plaintext());
		if (plaintext == null || !isApproval(call, plaintext)) {
			return Result.NOT_VERIFIED;
		}
		Target target = isOfThisApplication(plaintext)
				? this.targets.find(plaintext.path(ApprovedCall.TARGET).asString("")) : null;
		if (target == null) {
			return Result.TARGET_MISSING;
		}
		Result refusal = verifyKey(call, target);
		if (refusal != null) {
			return refusal;
		}
		if (!isInTime(plaintext)) {
			return Result.TOO_LATE;
		}
		if (!claim.getAsBoolean()) {
			return Result.NOT_CLAIMED;
		}
		return start(call, plaintext, target.method());
	}

	private static @Nullable JsonNode read(String plaintext) {
		try {
			JsonNode node = HarpJson.mapper().readTree(plaintext);
			return node.isObject() ? node : null;
		}
		catch (JacksonException ex) {
			return null;
		}
	}

	private static boolean isApproval(ApprovedCall call, JsonNode plaintext) {
		DecisionEvidence evidence = call.evidence();
		return evidence.covers(StrictUtf8.encode(call.plaintext())) && evidence.decision().equals("approve")
				&& evidence.requestId().equals(plaintext.path("requestId").asString(""));
	}

	/**
	 * Return whether the approver saw the names of this application. The same device may
	 * approve for others, such as another environment, whose calls have the same targets.
	 */
	private boolean isOfThisApplication(JsonNode plaintext) {
		return this.enforcer.workspaceName().equals(plaintext.path("workspace").asString(""))
				&& this.enforcer.repoName().equals(plaintext.path("repoName").asString(""))
				&& this.enforcer.source().equals(plaintext.path("source").asString(""));
	}

	/**
	 * Verify the signature with the keys in force of the pairing that the method has now.
	 */
	private @Nullable Result verifyKey(ApprovedCall call, Target target) {
		Pairing pairing;
		try {
			pairing = this.pairings.getPairing(target.method().pairing());
		}
		catch (RuntimeException ex) {
			return Result.UNAVAILABLE;
		}
		if (pairing == null) {
			return Result.PAIRING_REVOKED;
		}
		return pairing.keysFor(call.askedKeys()).stream().anyMatch(call.evidence()::isSignedBy) ? null
				: Result.NOT_VERIFIED;
	}

	private boolean isInTime(JsonNode plaintext) {
		try {
			String startBy = plaintext.path(ApprovedCall.START_BY).asString("");
			return this.clock.instant().isBefore(OffsetDateTime.parse(startBy).toInstant());
		}
		catch (DateTimeException ex) {
			return false;
		}
	}

	/**
	 * Rebuild the arguments, and start the method. That they are those of the plaintext
	 * is the last verification before it starts.
	 */
	private Result start(ApprovedCall call, JsonNode plaintext, DurableMethod method) throws InvocationTargetException {
		try {
			RebuiltArguments rebuilt = this.targets.recorder()
				.rebuild(call.arguments(), method.method(), method.type());
			return method.start(rebuilt.arguments().values(),
					() -> isShown(rebuilt, plaintext, method) && rebuilt.areThoseOf(plaintext.get("arguments")))
							? Result.DONE : Result.ARGUMENTS_CHANGED;
		}
		catch (AirlockGatewayException ex) {
			logger.warn("Approval %s can't be used: %s".formatted(call.evidence().requestId(), ex.getMessage()));
			return Result.ARGUMENTS_CHANGED;
		}
		catch (RuntimeException ex) {
			throw new IllegalStateException("The target of approval %s is not available: %s"
				.formatted(call.evidence().requestId(), ex.getClass().getName()));
		}
	}

	/**
	 * Return whether the approver saw this call: the texts of the plaintext have to be
	 * those of the arguments, since whoever changes a stored call before it is sent could
	 * show other ones.
	 */
	private boolean isShown(RebuiltArguments rebuilt, JsonNode plaintext, DurableMethod method) {
		return this.steps.shows(plaintext, method.toRequest(rebuilt.arguments(), rebuilt.snapshot()));
	}

}
