package io.airlockapp.gateway.approval;

import java.util.function.Supplier;

import io.airlockapp.gateway.ApprovalRequest;
import io.airlockapp.gateway.ApprovalUnavailableException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One call of a guarded method. Its text form names the method and no argument.
 */
public final class GuardedCall {

	private static final String ACTION_TYPE = "method_invocation";

	private final ApprovalAttribute attribute;

	private final MethodArguments arguments;

	private final ApprovalExpressions expressions;

	private final Supplier<ArgumentWriter> argumentWriter;

	private final Caller caller;

	private final Masking masking = new Masking();

	private @Nullable String approvedDigest;

	GuardedCall(ApprovalAttribute attribute, MethodArguments arguments, ApprovalExpressions expressions,
			Supplier<ArgumentWriter> argumentWriter, Caller caller) {
		this.attribute = attribute;
		this.arguments = arguments;
		this.expressions = expressions;
		this.argumentWriter = argumentWriter;
		this.caller = caller;
	}

	boolean needsApproval() {
		return this.attribute.condition() == null
				|| this.expressions.needsApproval(this.attribute.condition(), this.arguments);
	}

	/**
	 * Return whether it depends on the arguments whether anybody is asked.
	 * @return whether the annotation has a condition
	 */
	boolean isConditional() {
		return this.attribute.condition() != null;
	}

	/**
	 * Return who causes the call.
	 * @return the requester, or {@code null} if that is not known
	 * @throws ApprovalUnavailableException if it can't be found out
	 */
	public @Nullable String findRequester() {
		return this.caller.findRequester();
	}

	/**
	 * Return the name of the pairing whose approvers are asked.
	 * @return the pairing's name
	 */
	public String getPairing() {
		return this.attribute.pairing();
	}

	/**
	 * Return whether the caller is inside an open transaction, whichever thread waits.
	 * @return whether it was when it called or subscribed
	 */
	public boolean isInTransaction() {
		return this.caller.inTransaction();
	}

	/**
	 * Return whether the call may wait for a person inside an open transaction.
	 * @return whether the annotation allows it
	 */
	public boolean isAllowedInTransaction() {
		return this.attribute.allowInTransaction();
	}

	/**
	 * Take a snapshot of the arguments and return the request that shows it to a person.
	 * @return the request
	 * @throws ApprovalUnavailableException if an argument can't be shown, or is another
	 * one each time that it is read
	 */
	public ApprovalRequest toRequest() {
		// Before the snapshot, since it may have the arguments load what they show
		String description = (this.attribute.description() != null)
				? this.expressions.describe(this.attribute.description(), this.arguments) : null;
		ObjectNode snapshot = snapshot();
		this.approvedDigest = ArgumentWriter.digest(snapshot);
		if (!isUnchanged()) {
			throw new ApprovalUnavailableException(
					("The arguments of %s are not the same when they are read again, so nobody can approve them. Pass plain "
							+ "data")
						.formatted(this),
					null, null);
		}
		return ApprovalRequest.builder(this.attribute.label(), CommandText.of(toString(), snapshot))
			.actionType(ACTION_TYPE)
			.description(description)
			.arguments(snapshot)
			.artifactType(this.attribute.artifactType())
			.timeout(this.attribute.timeout())
			.pairing(this.attribute.pairing())
			.gate(toString())
			.build();
	}

	/**
	 * Return a request that tells what was called and shows no argument, for a call that
	 * nobody is asked about.
	 * @return the request
	 */
	ApprovalRequest toBareRequest() {
		return ApprovalRequest.builder(this.attribute.label(), toString())
			.actionType(ACTION_TYPE)
			.artifactType(this.attribute.artifactType())
			.pairing(this.attribute.pairing())
			.gate(toString())
			.build();
	}

	/**
	 * Return whether the arguments still are what {@link #toRequest()} showed.
	 * @return {@code true} if they were shown and have not been changed since
	 */
	public boolean isUnchanged() {
		return this.approvedDigest != null && this.approvedDigest.equals(ArgumentWriter.digest(snapshot()));
	}

	/**
	 * Return a digest of the method and its arguments, which is the same for equal calls.
	 * @param masking hides the sensitive arguments, the same way for all calls to compare
	 */
	String digest(Masking masking) {
		return this.arguments.method() + " "
				+ ArgumentWriter.digest(this.argumentWriter.get().write(this.arguments, masking));
	}

	private ObjectNode snapshot() {
		return this.argumentWriter.get().write(this.arguments, this.masking);
	}

	@Override
	public String toString() {
		return this.arguments.toString();
	}

}
